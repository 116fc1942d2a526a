//! Looks hosts up: addresses from the system's resolver, CNAMEs from a name server.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, TYPE};
use tokio::net::UdpSocket;
use tokio::time::timeout;

use crate::client::{Options, Resolver};
use crate::results::HostRecord;

/// Looks up everything that Safari's rules depend on.
pub(crate) async fn look_up(host: &str, options: &Options) -> HostRecord {
    let resolver = Resolver::new(options);
    let mut record = HostRecord {
        name: host.to_string(),
        ..HostRecord::default()
    };
    let mut addresses = resolver.addresses(host).await.unwrap_or_default();
    addresses.sort();
    for address in addresses {
        match address {
            IpAddr::V4(address) => record.v4.push(address),
            IpAddr::V6(address) => record.v6.push(address),
        }
    }
    if record.name.parse::<Ipv4Addr>().is_err() && !record.name.starts_with('[') {
        record.cnames = cnames(host, options).await;
    }
    record
}

/// How long a name server may take.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The chain of CNAMEs of `host`, or nothing where no name server answers.
async fn cnames(host: &str, options: &Options) -> Option<Vec<String>> {
    let server = match options.name_server {
        Some(server) => server,
        None => system_server().await?,
    };
    let answer = timeout(TIMEOUT, query(host, server)).await.ok()??;
    let packet = Packet::parse(&answer).ok()?;
    let links: Vec<(String, String)> = packet
        .answers
        .iter()
        .filter_map(|record| match &record.rdata {
            RData::CNAME(to) => Some((lower(&record.name), lower(&to.0))),
            _ => None,
        })
        .collect();
    Some(chain(host, &links))
}

async fn query(host: &str, server: SocketAddr) -> Option<Vec<u8>> {
    let id = rand::random();
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    let name = Name::new(host).ok()?;
    let question = Question::new(name, QTYPE::TYPE(TYPE::A), QCLASS::CLASS(CLASS::IN), false);
    packet.questions.push(question);
    let bytes = packet.build_bytes_vec().ok()?;
    let any: IpAddr = match server {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).await.ok()?;
    socket.connect(server).await.ok()?;
    socket.send(&bytes).await.ok()?;
    let mut buffer = vec![0; 4096];
    loop {
        let length = socket.recv(&mut buffer).await.ok()?;
        let answer = buffer.get(..length)?;
        if answer.get(..2) == Some(id.to_be_bytes().as_slice()) {
            return Some(answer.to_vec());
        }
    }
}

/// The names that follow `host`, each the target of the one before it; a loop ends where it closes.
fn chain(host: &str, links: &[(String, String)]) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = host.trim_end_matches('.').to_ascii_lowercase();
    while let Some((_, to)) = links.iter().find(|(from, _)| *from == at) {
        if names.contains(to) {
            break;
        }
        names.push(to.clone());
        at.clone_from(to);
    }
    names
}

fn lower(name: &Name<'_>) -> String {
    name.to_string().trim_end_matches('.').to_ascii_lowercase()
}

async fn system_server() -> Option<SocketAddr> {
    let text = tokio::fs::read_to_string("/etc/resolv.conf").await.ok()?;
    let mut words = text.lines().map(str::split_whitespace);
    words.find_map(|mut words| match words.next() {
        Some("nameserver") => Some(SocketAddr::new(words.next()?.parse().ok()?, 53)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::chain;

    #[track_caller]
    fn check(links: &[(&str, &str)], expected: &[&str]) {
        let links: Vec<_> = links
            .iter()
            .map(|(a, b)| (a.to_string(), b.to_string()))
            .collect();
        assert_eq!(chain("A.example.", &links), expected);
    }

    #[test]
    fn the_chain_is_followed_in_any_order_and_a_loop_ends() {
        check(&[], &[]);
        check(
            &[("b.example", "c.net"), ("a.example", "b.example")],
            &["b.example", "c.net"],
        );
        check(
            &[("a.example", "b.example"), ("b.example", "a.example")],
            &["b.example", "a.example"],
        );
        check(&[("a.example", "a.example")], &["a.example"]);
    }
}
