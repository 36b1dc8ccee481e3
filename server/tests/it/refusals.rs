//! What the server refuses to start on, how it stops, and what it serves without a bundle or with one.

use std::process::Output;

use sha2::{Digest as _, Sha256};

use crate::harness::{Client, Running, doorstep};

fn refusal(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().find(|line| line.starts_with("doorstep: ")).unwrap_or_default().to_owned()
}

#[test]
fn a_wrong_setting_stops_the_start_with_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let output = doorstep(folder.path()).env("DOORSTEP_LEASE_HOURS", "soon").arg("serve").output().unwrap();
    assert_eq!(
        refusal(&output),
        "doorstep: could not accept lease_hours = \"soon\" from DOORSTEP_LEASE_HOURS: must be 1 to 168 hours"
    );
}

#[test]
fn a_busy_port_and_a_folder_in_use_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let address = server.url.strip_prefix("http://").unwrap().to_owned();
    let other = tempfile::tempdir().unwrap();
    let busy = doorstep(other.path()).env("DOORSTEP_LISTEN", &address).arg("serve").output().unwrap();
    assert!(refusal(&busy).contains(&format!("listen on {address} (setting listen)")));
    let shared = doorstep(folder.path()).arg("serve").output().unwrap();
    assert!(refusal(&shared).contains("another process holds the database"));
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("not_a_folder");
    std::fs::write(&file, "").unwrap();
    let mut command = doorstep(&file.join("data"));
    let output = command.env("DOORSTEP_BUNDLE", folder.path().join("none")).arg("serve").output().unwrap();
    assert!(refusal(&output).contains("(setting data)"), "{}", refusal(&output));
}

#[test]
fn a_database_that_is_none_or_another_programs_or_newer_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("doorstep.sqlite");
    std::fs::write(&path, "this is a letter, not a database. ".repeat(40)).unwrap();
    let before = std::fs::read(&path).unwrap();
    let output = doorstep(folder.path()).arg("serve").output().unwrap();
    assert!(refusal(&output).contains("not a Doorstep database"), "{}", refusal(&output));
    assert_eq!(std::fs::read(&path).unwrap(), before);

    let newer = tempfile::tempdir().unwrap();
    Running::start(newer.path()).kill();
    sql(newer.path(), "UPDATE meta SET value = 999 WHERE name = 'schema'");
    let output = doorstep(newer.path()).arg("serve").output().unwrap();
    assert!(refusal(&output).contains("shape 999, newer than"), "{}", refusal(&output));

    let foreign = tempfile::tempdir().unwrap();
    sql(foreign.path(), "CREATE TABLE recipe (name TEXT)");
    let output = doorstep(foreign.path()).arg("serve").output().unwrap();
    assert!(refusal(&output).contains("not a Doorstep database"), "{}", refusal(&output));
}

#[test]
fn a_demonstration_is_not_poured_into_a_real_teams_database() {
    let folder = tempfile::tempdir().unwrap();
    Running::start(folder.path()).kill();
    sql(folder.path(), "UPDATE meta SET value = 0 WHERE name = 'demonstration'");
    let output = doorstep(folder.path()).args(["serve", "--demonstration"]).output().unwrap();
    assert!(refusal(&output).contains("already holds a real team"), "{}", refusal(&output));
}

#[test]
fn the_command_line_explains_itself_and_hides_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| doorstep(folder.path()).args(arguments).output().unwrap();
    let config = String::from_utf8(run(&["config"]).stdout).unwrap();
    assert!(config.contains("listen = \"127.0.0.1:0\"") && !config.contains(crate::harness::PASSWORD));
    let example = String::from_utf8(run(&["config", "--example"]).stdout).unwrap();
    assert!(example.contains("lease_hours = 72"));
    assert!(String::from_utf8(run(&["--help"]).stdout).unwrap().contains("doorstep serve [--demonstration]"));
    let unknown = run(&["sevre"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("\"sevre\" is not understood"));
}

#[test]
fn check_finds_nothing_in_a_sound_database_and_names_a_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Running::start(folder.path()).stop(), Some(0));
    assert!(doorstep(folder.path()).arg("check").output().unwrap().status.success());
    let path = folder.path().join("doorstep.sqlite");
    let mut bytes = std::fs::read(&path).unwrap();
    for byte in bytes.iter_mut().skip(8_192).take(16_384) {
        *byte = 0x5a;
    }
    std::fs::write(&path, bytes).unwrap();
    let output = doorstep(folder.path()).arg("check").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_stop_ends_with_success_and_an_idle_connection_does_not_delay_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let client = Client::signed_in(&server, "marcus.dell");
    let started = std::time::Instant::now();
    assert_eq!(server.stop(), Some(0));
    assert!(started.elapsed().as_secs() < 10);
    drop(client);
}

#[test]
fn without_a_bundle_the_page_says_how_to_build_it_and_the_api_runs() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let page = server.get("/");
    assert_eq!(page.status, 503);
    assert!(page.text().contains("cargo xtask bundle"));
    assert_eq!(server.get("/health").status, 200);
    assert_eq!(server.get("/ready").json()["status"], "ready");
}

#[test]
fn a_bundle_is_served_compressed_guarded_and_cached_by_what_its_names_say() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("bundle");
    std::fs::create_dir(&bundle).unwrap();
    let mut files = Vec::new();
    for (path, media_type, immutable) in [
        ("/index.html", "text/html; charset=utf-8", false),
        ("/sw.js", "text/javascript; charset=utf-8", false),
        ("/app-0123456789abcdef.wasm", "application/wasm", true),
    ] {
        let content = format!("plain {path}");
        std::fs::write(bundle.join(&path[1..]), &content).unwrap();
        std::fs::write(bundle.join(format!("{}.br", &path[1..])), format!("brotli {path}")).unwrap();
        let sha256: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
        files.push(
            serde_json::json!({ "path": path, "type": media_type, "sha256": sha256, "immutable": immutable }),
        );
    }
    std::fs::write(bundle.join("bundle.json"), serde_json::json!({ "files": files }).to_string()).unwrap();
    let mut command = doorstep(folder.path());
    command.env("DOORSTEP_BUNDLE", &bundle);
    let server = Running::start_with(command, folder.path());
    let client = Client::new(&server);

    let wasm = client.get("/app-0123456789abcdef.wasm", &[("accept-encoding", "gzip, br")]);
    assert_eq!(wasm.header("content-type"), Some("application/wasm"));
    assert_eq!(wasm.header("content-encoding"), Some("br"));
    assert!(wasm.header("cache-control").unwrap().contains("immutable"));
    assert_eq!(wasm.text(), "brotli /app-0123456789abcdef.wasm");

    let page = client.get("/people/abc", &[("accept", "text/html"), ("accept-encoding", "identity")]);
    assert_eq!(page.text(), "plain /index.html");
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("trusted-types doorstep") && !policy.contains("unsafe-inline"));
    let tag = page.header("etag").unwrap();
    assert_eq!(client.get("/", &[("if-none-match", tag)]).status, 304);
    assert_eq!(client.get("/sw.js", &[]).header("cache-control"), Some("no-cache"));
    assert_eq!(client.get("/app-old.wasm", &[("accept", "*/*")]).code(), "not_found");
    assert_eq!(client.get("/auth/unknown", &[("accept", "text/html")]).code(), "not_found");
}

/// Runs one statement on a database no server holds.
fn sql(folder: &std::path::Path, statement: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(folder.join("doorstep.sqlite"))
        .create_if_missing(true);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
        sqlx::query(statement).execute(&mut connection).await.unwrap();
        sqlx::Connection::close(connection).await.unwrap();
    });
}
