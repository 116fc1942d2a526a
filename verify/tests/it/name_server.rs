//! A name server on loopback that knows one CNAME.

use std::net::SocketAddr;

use simple_dns::rdata::{CNAME, RData};
use simple_dns::{CLASS, Name, Packet, PacketFlag, ResourceRecord};
use tokio::net::UdpSocket;

/// Starts it: `from` is an alias of `to`, if there is one, and nothing else is an alias at all.
pub(crate) async fn start(alias: Option<(&'static str, &'static str)>) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 512];
        while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
            let answer = answer(&buffer[..length], alias);
            let _ = socket.send_to(&answer, peer).await;
        }
    });
    address
}

fn answer(query: &[u8], alias: Option<(&str, &str)>) -> Vec<u8> {
    let query = Packet::parse(query).unwrap();
    let mut reply = Packet::new_reply(query.id());
    reply.set_flags(PacketFlag::RECURSION_AVAILABLE);
    let asked = query.questions[0].qname.to_string();
    if let Some((_, to)) = alias.filter(|(from, _)| *from == asked) {
        let cname = RData::CNAME(CNAME(Name::new_unchecked(to)));
        reply.answers.push(ResourceRecord::new(
            Name::new_unchecked(&asked),
            CLASS::IN,
            60,
            cname,
        ));
    }
    reply.questions.extend(query.questions.iter().cloned());
    reply.build_bytes_vec().unwrap()
}
