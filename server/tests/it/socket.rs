//! The socket: the same messages, and rows pushed as they are stored.

use std::net::TcpStream;
use std::time::Duration;

use doorstep_shared::sync::code::MessageCode;
use doorstep_shared::sync::codec::{ANSWER_BYTES_MAX, pack, unpack};
use doorstep_shared::sync::message::{Answer, Hello};
use tungstenite::client::IntoClientRequest as _;
use tungstenite::{Message, WebSocket};

use crate::harness::Running;
use crate::tablet::{Tablet, hashes_of};

type Socket = WebSocket<TcpStream>;

fn open(server: &Running, cookie: &str, origin: Option<&str>) -> Result<Socket, u16> {
    let host = server.url.strip_prefix("http://").unwrap();
    let stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut request = format!("ws://{host}/sync/socket").into_client_request().unwrap();
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().unwrap());
    }
    match tungstenite::client(request, stream) {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(response))) => {
            Err(response.status().as_u16())
        }
        Err(other) => panic!("{other}"),
    }
}

fn answer(socket: &mut Socket) -> Answer {
    loop {
        match socket.read().unwrap() {
            Message::Binary(bytes) => return unpack(&bytes, ANSWER_BYTES_MAX).unwrap(),
            Message::Ping(_) | Message::Pong(_) => {}
            unexpected @ (Message::Text(_) | Message::Close(_) | Message::Frame(_)) => {
                panic!("{unexpected:?}")
            }
        }
    }
}

fn close_code(socket: &mut Socket) -> Option<u16> {
    loop {
        match socket.read().unwrap() {
            Message::Close(frame) => return frame.map(|frame| frame.code.into()),
            Message::Ping(_)
            | Message::Pong(_)
            | Message::Binary(_)
            | Message::Text(_)
            | Message::Frame(_) => {}
        }
    }
}

#[test]
fn rows_are_pushed_to_a_live_tablet_as_they_are_stored() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let marcus = Tablet::enrol(&server, "marcus.dell");
    let asha = Tablet::enrol(&server, "asha.venn");
    let scope = marcus.writer.clinical();
    let mut socket = open(&server, &asha.client.cookie, Some(&server.url)).unwrap();
    let hello = Hello { live: true, ..asha.hello(&[], Vec::new()) };
    socket.send(Message::binary(pack(&hello))).unwrap();
    let mut pulled = answer(&mut socket);
    assert_eq!(pulled.turn, 1);
    while pulled.more {
        socket.send(Message::binary(pack(&hello))).unwrap();
        pulled = answer(&mut socket);
    }

    for round in 0..3 {
        let (header, changes) = marcus.writer.visit(3);
        marcus.upload(&[marcus.writer.batch(&header, &changes)]);
        let pushed = answer(&mut socket);
        assert_eq!(pushed.turn, 0, "round {round}");
        let page = pushed.pages.iter().find(|page| page.scope == scope).unwrap();
        let hashes: Vec<_> = changes.iter().map(|change| change.hash).collect();
        assert_eq!(hashes_of(page), hashes);
    }
}

#[test]
fn another_sites_page_and_a_stranger_get_no_socket() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let asha = Tablet::enrol(&server, "asha.venn");
    assert_eq!(open(&server, &asha.client.cookie, Some("https://elsewhere.example")).unwrap_err(), 403);
    assert_eq!(open(&server, "", Some(&server.url)).unwrap_err(), 401);
    assert!(open(&server, &asha.client.cookie, Some(&server.url)).is_ok());
}

#[test]
fn noise_on_a_socket_is_answered_with_a_code_and_closed() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let asha = Tablet::enrol(&server, "asha.venn");
    for noise in [Message::binary(vec![0xff; 500]), Message::text("hello")] {
        let mut socket = open(&server, &asha.client.cookie, None).unwrap();
        socket.send(noise).unwrap();
        assert_eq!(answer(&mut socket).code, Some(MessageCode::Malformed));
        assert_eq!(close_code(&mut socket), Some(1007));
    }
}

#[test]
fn a_stop_closes_sockets_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let asha = Tablet::enrol(&server, "asha.venn");
    let mut socket = open(&server, &asha.client.cookie, None).unwrap();
    socket.send(Message::binary(pack(&Hello { live: true, ..asha.hello(&[], Vec::new()) }))).unwrap();
    answer(&mut socket);
    let started = std::time::Instant::now();
    assert_eq!(server.stop(), Some(0));
    assert!(started.elapsed().as_secs() < 10);
    assert_eq!(close_code(&mut socket), Some(1001));
}
