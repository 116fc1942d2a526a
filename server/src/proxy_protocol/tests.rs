//! Headers as proxies send them, as nobody should, and at random.

use std::future::pending;

use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// A header of version 2: command, family with protocol, and what follows.
fn v2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
    [SIGNATURE, &[command, family], &length, rest].concat()
}

const TCP4: [u8; 12] = [192, 0, 2, 1, 10, 0, 0, 1, 0x12, 0x34, 1, 187];

/// From 2001:db8::7, port 4711.
fn tcp6() -> Vec<u8> {
    let source = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7];
    [&source[..], &[0; 16], &[0x12, 0x67, 1, 187]].concat()
}

/// TLVs as an AWS Network Load Balancer's: a checksum, and the endpoint of a VPC.
const TLVS: &[u8] = b"\x03\x00\x04\x11\x22\x33\x44\xea\x00\x17\x01vpce-08d2bf15fac5001c9";

/// What becomes of these bytes where they are all that arrives.
fn outcome(bytes: &[u8]) -> String {
    match header::length(bytes) {
        Err(fault) => fault.as_str().to_owned(),
        Ok(None) => "more".to_owned(),
        Ok(Some(length)) if length > bytes.len() => "more".to_owned(),
        Ok(Some(length)) => match header::client(&bytes[..length]) {
            Err(fault) => fault.as_str().to_owned(),
            Ok(None) => "own".to_owned(),
            Ok(Some(client)) => client.to_string(),
        },
    }
}

#[track_caller]
fn check(bytes: impl AsRef<[u8]>, expected: &str) {
    let bytes = bytes.as_ref();
    assert_eq!(outcome(bytes), expected, "{}", bytes.escape_ascii());
}

#[test]
fn version_1_names_the_client() {
    check(
        "PROXY TCP4 192.0.2.1 10.0.0.1 4660 443\r\n",
        "192.0.2.1:4660",
    );
    check(
        "PROXY TCP4 192.0.2.1 10.0.0.1 4660 443\r\nGET / HTTP/1.1\r\n",
        "192.0.2.1:4660",
    );
    check(
        "PROXY TCP6 2001:db8::7 2001:db8::1 4711 443\r\n",
        "[2001:db8::7]:4711",
    );
    check(
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
        "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535",
    );
    check("PROXY UNKNOWN\r\n", "own");
    check(
        "PROXY UNKNOWN ffff::ffff ffff::ffff 65535 65535\r\nx",
        "own",
    );
}

#[test]
fn version_1_is_one_valid_line() {
    for line in [
        "PROXY \r\n",
        "PROXY\r\n",
        "PROXY TCP4\r\n",
        "PROXY TCP4 192.0.2.1\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 4660\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 4660 443\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 4660 443 \r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 4660 65536\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 -1 443\r\n",
        "PROXY TCP4  192.0.2.1 10.0.0.1 4660 443\r\n",
        "PROXY TCP4 192.0.2.256 10.0.0.1 4660 443\r\n",
        "PROXY TCP4 2001:db8::7 2001:db8::1 4711 443\r\n",
        "PROXY TCP6 192.0.2.1 10.0.0.1 4660 443\r\n",
        "PROXY UDP4 192.0.2.1 10.0.0.1 4660 443\r\n",
        "PROXY tcp4 192.0.2.1 10.0.0.1 4660 443\r\n",
        "PROXY TCP4 192.0.2.1\u{e9} 10.0.0.1 4660 443\r\n",
        "PROXY TCP4 192.0.2.1\r10.0.0.1 4660 443\r\n",
    ] {
        let expected = match line.starts_with("PROXY ") {
            true => "malformed",
            false => "missing",
        };
        check(line, expected);
    }
}

#[test]
fn version_1_has_107_bytes_at_most() {
    let line = |length: usize| format!("PROXY UNKNOWN {}\r\n", "x".repeat(length - 16));
    check(line(107), "own");
    check(line(108), "too_long");
    check(&line(108)[..106], "more");
    check("PROXY ".to_owned() + &"x".repeat(101), "too_long");
    check("PROXY ".to_owned() + &"x".repeat(5000), "too_long");
}

#[test]
fn version_2_names_the_client() {
    check(v2(0x21, 0x11, &TCP4), "192.0.2.1:4660");
    check(v2(0x21, 0x21, &tcp6()), "[2001:db8::7]:4711");
}

#[test]
fn what_follows_the_addresses_is_skipped() {
    check(v2(0x21, 0x11, &[&TCP4, TLVS].concat()), "192.0.2.1:4660");
    check(
        v2(0x21, 0x21, &[&tcp6(), TLVS].concat()),
        "[2001:db8::7]:4711",
    );
    // A TLV that says that it is longer than the header.
    check(
        v2(0x21, 0x11, &[&TCP4, &b"\x04\xff\xff"[..]].concat()),
        "192.0.2.1:4660",
    );
    let most = 4096 - 16;
    let filled = |length| [&TCP4[..], &vec![4; length - TCP4.len()]].concat();
    check(v2(0x21, 0x11, &filled(most)), "192.0.2.1:4660");
    check(v2(0x21, 0x11, &filled(most + 1)), "too_long");
    check(&v2(0x21, 0x11, &filled(65_535))[..16], "too_long");
}

#[test]
fn connections_of_the_proxy_itself_and_unknown_clients_keep_their_address() {
    check(v2(0x20, 0x00, &[]), "own");
    check(v2(0x20, 0x00, TLVS), "own");
    // The family is not to be looked at.
    check(v2(0x20, 0x11, &TCP4), "own");
    check(v2(0x20, 0x11, &[]), "own");
    check(v2(0x20, 0xff, &[1, 2, 3]), "own");
    check(v2(0x21, 0x00, &[]), "own");
    check(v2(0x21, 0x00, TLVS), "own");
    check(v2(0x21, 0x31, &[b'/'; 216]), "own");
    check(v2(0x21, 0x12, &TCP4), "own");
}

#[test]
fn version_2_is_what_the_specification_says() {
    check(v2(0x11, 0x11, &TCP4), "malformed");
    check(v2(0x31, 0x11, &TCP4), "malformed");
    check(v2(0x22, 0x11, &TCP4), "malformed");
    check(v2(0x21, 0x41, &TCP4), "malformed");
    check(v2(0x21, 0x13, &TCP4), "malformed");
    check(v2(0x21, 0x11, &TCP4[..11]), "malformed");
    check(v2(0x21, 0x21, &TCP4), "malformed");
    check(v2(0x21, 0x31, &[b'/'; 215]), "malformed");
}

#[test]
fn anything_else_is_no_header() {
    check("GET / HTTP/1.1\r\n", "missing");
    check("G", "missing");
    check("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "missing");
    check("PROXYTCP4 192.0.2.1", "missing");
    check("proxy TCP4 192.0.2.1 10.0.0.1 4660 443\r\n", "missing");
    check([0x16, 3, 1, 2, 0, 1], "missing");
    check("\r\n\r\nGET", "missing");
    check([0; 16], "missing");
}

/// Whole headers, to take apart.
fn whole() -> Vec<Vec<u8>> {
    vec![
        b"PROXY TCP4 192.0.2.1 10.0.0.1 4660 443\r\n".to_vec(),
        b"PROXY TCP6 2001:db8::7 2001:db8::1 4711 443\r\n".to_vec(),
        b"PROXY UNKNOWN\r\n".to_vec(),
        v2(0x20, 0x00, &[]),
        v2(0x21, 0x11, &TCP4),
        v2(0x21, 0x21, &[&tcp6(), TLVS].concat()),
        v2(0x21, 0x11, &[&TCP4[..], &[0; 1000]].concat()),
    ]
}

#[test]
fn the_beginning_of_a_header_is_one() {
    for header in whole() {
        for length in 1..header.len() {
            check(&header[..length], "more");
        }
    }
}

/// A header in which a few bytes are others, with something before or behind it; or anything.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    let changed = (prop::sample::select(whole()), changes).prop_map(|(mut header, changes)| {
        for (index, byte) in changes {
            let index = index.index(header.len());
            header[index] = byte;
        }
        header
    });
    let bytes = || prop::collection::vec(any::<u8>(), 0..300);
    let behind = (changed, bytes()).prop_map(|(header, rest)| [header, rest].concat());
    let text = "(PROXY )?(TCP4|TCP6|UNKNOWN)?[ 0-9a-f:.\r\n]{0,120}".prop_map(String::into_bytes);
    prop_oneof![4 => behind, 2 => text, 1 => bytes()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// Nothing panics, and how bytes arrive does not matter: what is said of a beginning, all that goes on so gets.
    #[test]
    fn no_bytes_are_read_in_two_ways(bytes in nearly()) {
        let whole = outcome(&bytes);
        for length in 1..bytes.len() {
            let begun = outcome(&bytes[..length]);
            prop_assert!(begun == "more" || begun == whole, "{begun} {whole} {}", bytes.escape_ascii());
        }
    }
}

/// Sends the pieces, one after the other, and returns what was identified and what the connection still holds.
async fn identify(
    trusted: &str,
    pieces: Vec<Vec<u8>>,
) -> (Result<Option<SocketAddr>, Fault>, Vec<u8>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let sending = tokio::spawn(async move {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.set_nodelay(true).unwrap();
        for piece in pieces {
            if client.write_all(&piece).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
        let own = client.local_addr().unwrap();
        client.shutdown().await.ok();
        (own, client)
    });
    let (mut stream, peer) = listener.accept().await.unwrap();
    let trusted: TrustedProxies = trusted.parse().unwrap();
    let protocol = ProxyProtocol {
        trusted: trusted.clone(),
        clients: Clients::new(1, trusted),
    };
    let identified = protocol.identify(&mut stream, peer, pending()).await;
    let (own, _client) = sending.await.unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.ok();
    let identified = identified.map(|it| it.map(|(address, _)| address));
    // The connection's own port is another each time.
    let known = |address| match address == own {
        true => SocketAddr::from(([0, 0, 0, 0], 0)),
        false => address,
    };
    (identified.map(|it| it.map(known)), rest)
}

const OWN: &str = "0.0.0.0:0";

#[track_caller]
fn check_connection(trusted: &str, pieces: Vec<Vec<u8>>, expected: Result<&str, Fault>) {
    let runtime = crate::runtime::current_thread().unwrap();
    let (identified, rest) = runtime.block_on(identify(trusted, pieces.clone()));
    let expected = expected.map(|address| address.parse().ok());
    assert_eq!(identified, expected, "{trusted} {pieces:?}");
    if expected.is_ok_and(|address| address.is_some()) {
        assert_eq!(rest, b"GET /", "{trusted} {pieces:?}");
    }
}

fn in_pieces_of(size: usize, header: &[u8]) -> Vec<Vec<u8>> {
    let all = [header, b"GET /"].concat();
    all.chunks(size).map(<[u8]>::to_vec).collect()
}

#[test]
fn a_header_is_taken_and_nothing_behind_it_however_it_arrives() {
    let expected = [
        "192.0.2.1:4660",
        "[2001:db8::7]:4711",
        OWN,
        OWN,
        "192.0.2.1:4660",
        "[2001:db8::7]:4711",
        "192.0.2.1:4660",
    ];
    for (header, expected) in whole().iter().zip(expected) {
        for size in [1, 7, 15, 16, 17, 4096] {
            check_connection("loopback", in_pieces_of(size, header), Ok(expected));
        }
    }
}

#[test]
fn what_a_peer_reports_counts_only_if_it_is_trusted() {
    let header = b"PROXY TCP4 192.0.2.1 10.0.0.1 4660 443\r\n";
    check_connection("10.0.0.0/8", in_pieces_of(99, header), Ok(OWN));
    check_connection("", in_pieces_of(99, header), Ok(OWN));
}

#[test]
fn a_connection_without_a_header_is_closed() {
    let pieces = |bytes: &[u8]| vec![bytes.to_vec()];
    check_connection("loopback", pieces(b"GET /"), Err(Fault::Missing));
    check_connection("", pieces(b"GET /"), Err(Fault::Missing));
    check_connection("", pieces(b"PROXY TCP4 19"), Err(Fault::Cut));
    check_connection("", pieces(&SIGNATURE[..3]), Err(Fault::Cut));
    check_connection("", pieces(b"PROXY TCP4 x\r\n"), Err(Fault::Malformed));
    // Whoever only looks whether the port is open has done nothing wrong.
    check_connection("", Vec::new(), Ok("none"));
}

#[test]
fn a_client_has_its_own_places_behind_a_proxy() {
    let protocol = |trusted: &str| {
        let trusted: TrustedProxies = trusted.parse().unwrap();
        ProxyProtocol {
            trusted: trusted.clone(),
            clients: Clients::new(1, trusted),
        }
    };
    let proxies = protocol("10.0.0.0/8, loopback");
    let admit = |peer: &str, client: &str| {
        proxies.believed(peer.parse().unwrap(), Some(client.parse().unwrap()))
    };
    let first = admit("10.0.0.1:1", "192.0.2.1:1");
    assert!(first.is_some());
    assert!(admit("10.0.0.2:1", "192.0.2.1:2").is_none());
    assert!(admit("10.0.0.1:1", "192.0.2.2:1").is_some());
    // A proxy behind the proxy stands for many clients.
    let second = admit("10.0.0.1:1", "10.0.0.9:1");
    assert!(second.is_some() && admit("10.0.0.1:1", "10.0.0.9:2").is_some());
    drop(first);
    assert!(admit("10.0.0.1:1", "192.0.2.1:3").is_some());
}

#[test]
fn loopback_is_believed_of_loopback_alone() {
    let trusted: TrustedProxies = "10.0.0.0/8, loopback".parse().unwrap();
    let protocol = ProxyProtocol {
        trusted: trusted.clone(),
        clients: Clients::new(1, trusted),
    };
    let may_report = |peer: &str, client: &str| {
        protocol.may_report(peer.parse().unwrap(), client.parse().unwrap())
    };
    assert!(may_report("127.0.0.1:1", "127.0.0.1:2"));
    assert!(may_report("[::1]:1", "[::ffff:127.0.0.1]:2"));
    assert!(!may_report("10.0.0.1:1", "127.0.0.1:2"));
    assert!(!may_report("10.0.0.1:1", "[::ffff:127.0.0.1]:2"));
    assert!(may_report("[::ffff:10.0.0.1]:1", "192.0.2.1:2"));
    assert!(!may_report("192.0.2.7:1", "192.0.2.1:2"));
}
