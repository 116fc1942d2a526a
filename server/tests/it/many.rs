//! A thousand connections at once.

use std::net::TcpStream;

use hardtack_server::raise_open_files;

use crate::served::{Served, page};
use crate::wire::{Answer, Wire};

const CONNECTIONS: usize = 1000;

/// Each connection needs an open file on both ends.
fn open(server: &Served) -> Wire {
    let stream = TcpStream::connect(server.address).unwrap_or_else(|error| {
        panic!("{error}: 1,000 connections need 2,100 open files; raise the hard limit with `ulimit -Hn 4096`")
    });
    Wire::over(stream)
}

#[test]
fn a_thousand_connections_are_all_answered() {
    raise_open_files().unwrap();
    let server = Served::example();
    let mut wires: Vec<Wire> = (0..CONNECTIONS).map(|_| open(&server)).collect();
    for _ in 0..2 {
        for wire in &mut wires {
            wire.send(page("localhost", "/", &[]));
        }
        let answers: Vec<Answer> = wires.iter_mut().map(|wire| wire.answer()).collect();
        assert!(answers.iter().all(|answer| answer.status == 200));
        let mut ids: Vec<&str> = answers.iter().map(Answer::id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), CONNECTIONS);
    }
    assert_eq!(server.decisions().len(), 2 * CONNECTIONS);
}
