//! The tablet as a program: a script in, what it holds out.

use std::process::{Command, Output};

use doorstep_tests::harness::PASSWORD;
use serde_json::{Value, json};

use crate::story::{OUTREACH, Story};

fn tablet(story: &Story, folder: &tempfile::TempDir, script: &Value) -> Output {
    let path = folder.path().join("script.json");
    std::fs::write(&path, script.to_string()).unwrap();
    Command::new(env!("CARGO_BIN_EXE_tablet"))
        .args(["--server", &story.url(), "--account", OUTREACH, "--store"])
        .arg(folder.path().join("store"))
        .arg(&path)
        .env("DOORSTEP_PASSWORD", PASSWORD)
        .output()
        .unwrap()
}

#[test]
fn a_script_records_without_a_server_and_sends_when_there_is_one() {
    let mut story = Story::begin();
    let folder = tempfile::tempdir().unwrap();
    let (person, visit) = ("05".repeat(16), "06".repeat(16));
    let registered = json!({ "register_person": {
        "name": { "title": "", "given": "Zo\u{eb} <script>", "family": "\u{202e}Pryce \u{1f600}" },
        "born": -11_000, "nhs_number": null, "no_number": "not_known", "address": "7 Sampler Row", "phone": "" } });
    let said = json!([{ "act": { "person": person, "act": registered } }, { "sync": {} }]);
    let first = tablet(&story, &folder, &said);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));

    story.stop();
    let offline = json!([
        { "act": { "person": person, "act": { "start_visit": { "visit": visit } } } },
        { "act": { "person": person, "name": "who", "act": {
            "add_present": { "visit": visit, "who": "daughter", "by_phone": false } } } },
        { "act": { "person": person, "act": { "withdraw": { "thing": "$who", "reason": "left again" } } } },
        { "crash": {} },
        { "act": { "person": person, "refused": "not_signed", "act": {
            "addendum": { "visit": visit, "text": "later", "reason": "" } } } },
        { "show": { "visit": visit } }
    ]);
    let second = tablet(&story, &folder, &offline);
    assert!(second.status.success(), "{}", String::from_utf8_lossy(&second.stderr));
    let held: Value = serde_json::from_slice(&second.stdout).unwrap();
    assert_eq!(held["shown"][0]["Visit"]["here"]["present"], json!([]));
    assert!(held["sync"]["unsent"].as_u64() > Some(0));

    story.start();
    let third = tablet(&story, &folder, &json!([{ "sync": {} }]));
    assert!(third.status.success(), "{}", String::from_utf8_lossy(&third.stderr));
    let held: Value = serde_json::from_slice(&third.stdout).unwrap();
    assert_eq!(held["sync"]["unsent"], 0);
    assert!(held["documents"].to_string().contains("\u{202e}Pryce \u{1f600}"));
}

#[test]
fn a_step_that_cannot_be_done_is_named_and_the_exit_code_says_so() {
    let story = Story::begin();
    let folder = tempfile::tempdir().unwrap();
    let act = json!({ "start_visit": { "visit": "06".repeat(16) } });
    let script = json!([{ "sync": {} }, { "act": { "person": "05".repeat(16), "act": act } }]);
    let output = tablet(&story, &folder, &script);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("do step 2"));
    let help = Command::new(env!("CARGO_BIN_EXE_tablet")).arg("--help").output().unwrap();
    assert!(String::from_utf8_lossy(&help.stdout).contains("A script is a JSON list"));
}
