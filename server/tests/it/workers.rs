//! Several workers with one site: all answer, and all see changes on disk.

use std::fs;
use std::net::TcpListener;

use hardtack_server::{Config, Server, Site};

use crate::served::{EXAMPLE, Served, page, usual};
use crate::wire::Wire;

fn with_two(root: &str) -> Served {
    let config = Config {
        workers: 2.try_into().unwrap(),
        ..usual()
    };
    Served::folder(root, config)
}

#[test]
fn workers_share_the_connections() {
    let server = with_two(EXAMPLE);
    let mut wires: Vec<Wire> = (0..64).map(|_| server.wire()).collect();
    for _ in 0..4 {
        for wire in &mut wires {
            wire.send(page("localhost", "/", &[]));
        }
        for wire in &mut wires {
            assert_eq!(wire.answer().status, 200);
        }
    }
    let decisions = server.decisions();
    let one = decisions[0].worker;
    let (ones, others): (Vec<_>, Vec<_>) = decisions.iter().partition(|made| made.worker == one);
    assert_eq!((ones.len(), others.len()), (4 * 32, 4 * 32));
}

/// Sends requests on several connections, which the workers share.
#[track_caller]
fn everywhere(wires: &mut [Wire], path: &str, status: u16, text: &str) {
    for wire in wires {
        let answer = wire.ask(&page("localhost", path, &[]));
        assert_eq!((answer.status, &*answer.text()), (status, text));
    }
}

#[test]
fn the_next_request_sees_what_has_changed_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("index.html", "<p>one");
    let server = with_two(folder.path().to_str().unwrap());
    let mut wires: Vec<Wire> = (0..8).map(|_| server.wire()).collect();
    everywhere(&mut wires, "/", 200, "<p>one");
    // The same length, within the same tick of the file system's clock.
    for text in ["<p>two", "<p>six", "<p>ten", "<p>longer"] {
        write("index.html", text);
        everywhere(&mut wires, "/", 200, text);
    }
    everywhere(&mut wires, "/new", 404, "404 Not Found\n");
    write("new.html", "<p>new");
    everywhere(&mut wires, "/new", 200, "<p>new");
    fs::remove_file(folder.path().join("new.html")).unwrap();
    write("404.html", "<p>gone");
    everywhere(&mut wires, "/new", 404, "<p>gone");
}

#[test]
fn a_port_in_use_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let config = Config {
        listen: taken.local_addr().unwrap(),
        ..usual()
    };
    let error = Server::bind(config, Site::folder(EXAMPLE).unwrap(), None).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
}

#[test]
fn a_restarted_server_takes_the_port_again_at_once() {
    let mut server = Served::example();
    let address = server.address;
    let mut kept = server.wire();
    kept.ask(&page("localhost", "/", &[]));
    server.stop();
    server.end();
    let config = Config {
        listen: address,
        ..usual()
    };
    Served::folder(EXAMPLE, config).still_serves();
}

#[test]
fn a_path_that_is_not_a_folder_is_an_error() {
    let file = format!("{EXAMPLE}/index.html");
    for root in [&*file, "/nowhere/at/all"] {
        let error = Site::folder(root).unwrap_err();
        assert!(error.to_string().contains(root), "{error}");
    }
}
