//! Signing in, enrolling, and what the pages are served with.

use serde_json::json;

use crate::harness::{Client, PASSWORD, Running};

const INSTALL: &str = "0123456789abcdef0123456789abcdef";
const OTHER_INSTALL: &str = "1123456789abcdef0123456789abcdef";
// Public keys of RFC 8032, tests 1 and 2.
const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const OTHER_KEY: &str = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";

fn enrol(client: &Client, install: &str, key: &str) -> crate::harness::Reply {
    client.post_json("/auth/enrol", &json!({ "install": install, "key": key, "name": "A tablet" }))
}

#[test]
fn a_worker_signs_in_is_known_and_signs_out() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let mut client = Client::new(&server);
    assert_eq!(client.get("/auth/me", &[]).code(), "signed_out");

    let reply = client.sign_in(" Marcus.Dell ", PASSWORD);
    let cookie = reply.header("set-cookie").unwrap();
    assert!(cookie.starts_with("doorstep_session=") && cookie.contains("HttpOnly; SameSite=Strict"));
    let me = client.get("/auth/me", &[]).json();
    assert_eq!(me["name"], "Marcus Dell");
    assert_eq!(me["role"], "outreach_worker");
    assert_eq!(me["account"], "marcus.dell");
    assert_eq!(me["demonstration"], true);

    assert_eq!(client.post("/auth/sign-out", b"").status, 204);
    assert_eq!(client.get("/auth/me", &[]).code(), "signed_out");
}

#[test]
fn an_unknown_account_and_a_wrong_password_are_answered_alike() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let mut client = Client::new(&server);
    let unknown = client.sign_in("nobody.here", PASSWORD);
    let wrong = client.sign_in("marcus.dell", "not it");
    assert_eq!((unknown.status, unknown.code()), (401, "sign_in_refused".to_owned()));
    assert_eq!((wrong.status, wrong.code()), (401, "sign_in_refused".to_owned()));
    assert_eq!(unknown.json()["sentence"], wrong.json()["sentence"]);
    assert!(!server.log().contains("marcus") && !server.log().contains("nobody.here"));
}

#[test]
fn guessing_one_account_makes_it_wait_and_leaves_the_others_alone() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let mut client = Client::new(&server);
    let last = (0..12).map(|_| client.sign_in("marcus.dell", "guess")).find(|reply| reply.status == 429);
    assert!(last.unwrap().json()["retry_ms"].as_i64().unwrap() <= 30_000);
    assert_eq!(client.sign_in("asha.venn", PASSWORD).status, 200);
}

#[test]
fn a_request_another_site_could_make_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let client = Client::signed_in(&server, "marcus.dell");
    let body = json!({ "install": INSTALL, "key": KEY, "name": "" }).to_string();
    for headers in [&[][..], &[("x-doorstep", "1"), ("sec-fetch-site", "cross-site")][..]] {
        let reply = client.post_with("/auth/enrol", body.as_bytes(), headers).unwrap();
        assert_eq!((reply.status, reply.code()), (403, "not_our_page".to_owned()));
    }
    let ours = [("x-doorstep", "1"), ("sec-fetch-site", "same-origin")];
    assert_eq!(client.post_with("/auth/enrol", body.as_bytes(), &ours).unwrap().status, 200);
}

#[test]
fn an_install_keeps_its_first_worker_and_key_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let marcus = Client::signed_in(&server, "marcus.dell");
    let first = enrol(&marcus, INSTALL, KEY);
    assert_eq!(first.status, 200, "{}", first.text());
    let team = first.json()["team"].as_str().unwrap().to_owned();
    assert_eq!(first.json()["scopes"], json!([{ "TeamCore": team }, { "TeamClinical": team }]));
    assert!(first.json()["lease_until_ms"].as_i64() > first.json()["server_time_ms"].as_i64());

    let again = enrol(&marcus, INSTALL, KEY);
    assert_eq!(again.json()["epoch"], first.json()["epoch"]);
    assert_eq!(enrol(&marcus, INSTALL, OTHER_KEY).code(), "install_taken");
    let asha = Client::signed_in(&server, "asha.venn");
    assert_eq!(enrol(&asha, INSTALL, KEY).code(), "install_taken");
    assert_eq!(enrol(&asha, OTHER_INSTALL, OTHER_KEY).status, 200);
}

#[test]
fn a_role_that_works_online_enrols_no_tablet_and_a_coordinator_holds_core_alone() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let manager = Client::signed_in(&server, "lee.storr");
    assert_eq!(enrol(&manager, INSTALL, KEY).code(), "no_scope");
    let coordinator = Client::signed_in(&server, "hana.pike");
    let scopes = enrol(&coordinator, INSTALL, KEY).json()["scopes"].clone();
    assert_eq!(scopes.as_array().unwrap().len(), 1);
    assert!(scopes[0]["TeamCore"].is_string());
}

#[test]
fn a_session_and_an_enrolment_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let client = Client::signed_in(&server, "marcus.dell");
    let before = enrol(&client, INSTALL, KEY).json();
    server.kill();
    let server = Running::start(folder.path());
    let mut after = Client::new(&server);
    after.cookie.clone_from(&client.cookie);
    assert_eq!(after.get("/auth/me", &[]).status, 200);
    let again = enrol(&after, INSTALL, KEY).json();
    for key in ["organisation", "team", "epoch", "server_key"] {
        assert_eq!(again[key], before[key], "{key}");
    }
}
