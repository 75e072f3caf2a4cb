//! Odd agents on loopback, and what whole sets of answers amount to.

use super::decide::Sightings;
use super::snmp::{Agent, Object, Objects};
use super::*;
use std::sync::Arc;
use tokio::net::UdpSocket;

const NO_SUCH_NAME: u8 = 2;

/// A BER element with a short or two-byte length.
fn ber(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut bytes = vec![tag];
    if length < 128 {
        bytes.push(u8::try_from(length).unwrap());
    } else {
        bytes.push(0x82);
        bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
    }
    bytes.extend(content);
    bytes
}

/// The content of the element at the front, its tag, and what follows it.
fn open(bytes: &[u8]) -> (u8, &[u8], &[u8]) {
    let (start, length) = match bytes[1] {
        short @ 0..=127 => (2, usize::from(short)),
        0x81 => (3, usize::from(bytes[2])),
        _ => (4, usize::from(u16::from_be_bytes([bytes[2], bytes[3]]))),
    };
    (bytes[0], &bytes[start..start + length], &bytes[start + length..])
}

/// A request taken apart: version byte, PDU tag, raw request id, raw variable bindings (OID elements).
struct Asked {
    version: u8,
    community: Vec<u8>,
    id: Vec<u8>,
    oids: Vec<Vec<u8>>,
}

fn asked(packet: &[u8]) -> Asked {
    let (_, message, _) = open(packet);
    let (_, version, rest) = open(message);
    let (_, community, rest) = open(rest);
    let (_, pdu, _) = open(rest);
    let (_, id, rest) = open(pdu);
    let (_, _, rest) = open(rest);
    let (_, _, rest) = open(rest);
    let (_, mut list, _) = open(rest);
    let mut oids = Vec::new();
    while !list.is_empty() {
        let (_, binding, rest) = open(list);
        oids.push(open(binding).1.to_vec());
        list = rest;
    }
    Asked {
        version: version[0],
        community: community.to_vec(),
        id: id.to_vec(),
        oids,
    }
}

/// A response with these bindings (raw OID, text), or with an error.
fn answer(to: &Asked, error: u8, index: usize, bindings: &[(Vec<u8>, &str)]) -> Vec<u8> {
    let list: Vec<u8> = bindings
        .iter()
        .flat_map(|(oid, text)| ber(0x30, &[ber(6, oid), ber(4, text.as_bytes())].concat()))
        .collect();
    let pdu = [
        ber(2, &to.id),
        ber(2, &[error]),
        ber(2, &[u8::try_from(index).unwrap()]),
        ber(0x30, &list),
    ];
    let message = [
        ber(2, &[to.version]),
        ber(4, &to.community),
        ber(0xa2, &pdu.concat()),
    ];
    ber(0x30, &message.concat())
}

/// An agent that answers each packet as told; the socket stays open as long as the task lives.
async fn agent(respond: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = vec![0; 65_536];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            if let Some(bytes) = respond(&buffer[..length]) {
                let _ = socket.send_to(&bytes, from).await;
            }
        }
    });
    address
}

async fn find(target: SocketAddr, oids: &[&str]) -> Result<(Agent, Objects), String> {
    let found = Agent::find(
        target,
        "public",
        None,
        Instant::now() + Duration::from_secs(2),
        oids,
    );
    tokio::time::timeout(Duration::from_secs(2), found)
        .await
        .map_err(|_| "silent".to_owned())?
        .map_err(|failure| failure.words)
}

#[tokio::test]
async fn an_agent_that_knows_only_v1_and_refuses_a_whole_request_for_one_object_is_read() {
    let target = agent(|packet| {
        let asked = asked(packet);
        match (asked.version, asked.oids.len()) {
            (0, 1) => {
                let oid = asked.oids[0].clone();
                Some(answer(&asked, 0, 0, &[(oid, "SHARP MX-9999N")]))
            }
            (0, more) => {
                let same: Vec<_> = asked.oids.iter().map(|oid| (oid.clone(), "")).collect();
                Some(answer(&asked, NO_SUCH_NAME, more, &same))
            }
            _ => None,
        }
    })
    .await;
    let (agent, objects) = find(
        target,
        &[decide::SYS_DESCR, decide::HR_DATE, decide::PRINTER_NAME],
    )
    .await
    .unwrap();
    assert_eq!(agent.version, "v1");
    assert_eq!(
        objects.into_iter().collect::<Vec<_>>(),
        [(
            decide::SYS_DESCR.to_owned(),
            Object::Bytes(b"SHARP MX-9999N".to_vec())
        )]
    );
}

#[tokio::test]
async fn truncated_and_oversized_packets_are_no_answer_and_no_panic() {
    let cut = agent(|packet| {
        let asked = asked(packet);
        let oid = asked.oids[0].clone();
        let whole = answer(&asked, 0, 0, &[(oid, "x")]);
        Some(whole[..whole.len() - 4].to_vec())
    })
    .await;
    assert!(find(cut, &[decide::SYS_DESCR]).await.is_err());
    let huge = agent(|_| Some(vec![0x30; 60_000])).await;
    assert!(find(huge, &[decide::SYS_DESCR]).await.is_err());
}

#[tokio::test]
async fn a_walk_that_goes_in_a_circle_ends_and_is_told() {
    let target = agent(|packet| {
        let asked = asked(packet);
        let mut oid = asked.oids[0].clone();
        if oid.len() < 12 {
            oid.push(7);
        }
        Some(answer(&asked, 0, 0, &[(oid, "again")]))
    })
    .await;
    let (mut agent, _) = find(target, &[decide::SYS_DESCR]).await.unwrap();
    let mut objects = Objects::new();
    agent.walk(decide::HR_TYPE, &mut objects).await;
    assert!(objects.len() <= 2, "{objects:?}");
    assert!(
        agent.problems.iter().any(|p| p.contains("circle")),
        "{:?}",
        agent.problems
    );
}

#[tokio::test]
async fn an_answer_from_another_address_is_ignored() {
    let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
    let stranger = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let target = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            let asked = asked(&buffer[..length]);
            let oid = asked.oids[0].clone();
            let _ = stranger.send_to(&answer(&asked, 0, 0, &[(oid, "x")]), from).await;
        }
    });
    assert!(find(target, &[decide::SYS_DESCR]).await.is_err());
}

/// What these texts, by OID, amount to.
fn decided(objects: &[(&str, &str)]) -> Identity {
    let knowledge = Knowledge::embedded();
    let objects = objects.iter().map(|(oid, text)| {
        let object = if text.starts_with("1.3.6.") {
            Object::Oid((*text).to_owned())
        } else {
            Object::Bytes(text.as_bytes().to_vec())
        };
        ((*oid).to_owned(), object)
    });
    let sightings = Sightings {
        snmp: Some(objects.collect()),
        ..Sightings::default()
    };
    sightings.decide(&Book::new(&knowledge), &Zoned::now())
}

/// What an example of the knowledge amounts to.
fn exemplified(example: &crate::knowledge::schema::Example, knowledge: &Knowledge) -> Identity {
    let bytes = |text: &str| Object::Bytes(text.as_bytes().to_vec());
    let mut objects: Objects = example
        .objects
        .iter()
        .map(|(oid, text)| (oid.clone(), bytes(text)))
        .collect();
    if !example.says.is_empty() {
        objects.insert(decide::SYS_DESCR.to_owned(), bytes(&example.says));
    }
    if !example.object_id.is_empty() {
        objects.insert(
            decide::SYS_OBJECT_ID.to_owned(),
            Object::Oid(example.object_id.clone()),
        );
    }
    if !example.device.is_empty() {
        objects.insert(
            format!("{}.1", decide::HR_TYPE),
            Object::Oid(decide::HR_PRINTER.to_owned()),
        );
        objects.insert(format!("{}.1", decide::HR_DESCR), bytes(&example.device));
    }
    let sightings = Sightings {
        snmp: Some(objects).filter(|objects| !objects.is_empty()),
        web: Some(example.web.clone()).filter(|page| !page.is_empty()),
        ..Sightings::default()
    };
    sightings.decide(&Book::new(knowledge), &Zoned::now())
}

#[test]
fn every_entry_reads_its_own_examples_and_no_other_entry_takes_them() {
    let knowledge = Knowledge::embedded();
    let mut wrong = Vec::new();
    for entry in knowledge.identify.iter().filter(|entry| entry.vendor != "*") {
        if entry.examples.is_empty() {
            wrong.push(format!("{} has no example", entry.vendor));
        }
        for example in &entry.examples {
            let found = exemplified(example, &knowledge);
            let printer = entry.class != crate::knowledge::schema::DeviceClass::NotAPrinter;
            let wanted = printer.then_some(entry.vendor.as_str());
            let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            if found.vendor.as_deref() != wanted
                || found.model != text(&example.model)
                || found.firmware != text(&example.firmware)
                || (!printer && found.kind != Kind::NotAPrinter)
            {
                wrong.push(format!(
                    "{}: {:?} is read as {:?} {:?} {:?} {:?}",
                    entry.vendor, example.says, found.vendor, found.model, found.firmware, found.kind
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_maker_that_nobody_wrote_down_is_taken_from_the_printer_s_own_words() {
    let identity = decided(&[
        (decide::SYS_DESCR, "Network Printer"),
        (decide::SYS_OBJECT_ID, "1.3.6.1.4.1.99999.1"),
        ("1.3.6.1.2.1.25.3.2.1.2.1", "1.3.6.1.2.1.25.3.1.5"),
        ("1.3.6.1.2.1.25.3.2.1.3.1", "Brandnew Copymaster 3000"),
        (decide::PRINTER_SERIAL, "X1234567"),
    ]);
    assert_eq!(identity.vendor.as_deref(), Some("Brandnew"));
    assert!(identity.sources["vendor"].contains("first word"));
    let nameless = decided(&[
        (decide::SYS_DESCR, "Network Printer 3000"),
        (decide::PRINTER_SERIAL, "X1234567"),
    ]);
    assert_eq!((nameless.vendor, nameless.kind), (None, Kind::Printer));
}

#[test]
fn a_kyocera_behind_an_hp_card_is_a_kyocera_and_the_lie_is_told() {
    let identity = decided(&[
        (
            decide::SYS_DESCR,
            "HP ETHERNET MULTI-ENVIRONMENT,ROM A.05.03,JETDIRECT EX,JD24",
        ),
        (decide::SYS_OBJECT_ID, "1.3.6.1.4.1.1347.41"),
        ("1.3.6.1.4.1.1347.43.5.1.1.1.1", "TASKalfa 9999ci"),
    ]);
    assert_eq!(identity.vendor.as_deref(), Some("Kyocera"));
    assert_eq!(identity.model.as_deref(), Some("TASKalfa 9999ci"));
    assert_eq!(identity.contradictions.len(), 1);
}

#[test]
fn a_badge_outranks_the_builder_and_both_are_kept() {
    let identity = decided(&[
        (
            decide::SYS_DESCR,
            "TOSHIBA e-STUDIO999CS version AB12.CD.E345 kernel 3.0.0 All-N-1",
        ),
        (decide::SYS_OBJECT_ID, "1.3.6.1.4.1.641.2.7"),
    ]);
    assert_eq!(identity.vendor.as_deref(), Some("Toshiba"));
    assert_eq!(identity.family.as_deref(), Some("Lexmark"));
    assert_eq!(identity.firmware.as_deref(), Some("AB12.CD.E345"));
}

#[test]
fn a_print_server_that_lists_its_queues_is_no_printer() {
    let identity = decided(&[
        (
            decide::SYS_DESCR,
            "Hardware: Intel64 - Software: Windows Version 10.0",
        ),
        (decide::SYS_OBJECT_ID, "1.3.6.1.4.1.311.1.1.3.1.2"),
        ("1.3.6.1.2.1.25.3.2.1.2.1", "1.3.6.1.2.1.25.3.1.5"),
        ("1.3.6.1.2.1.25.3.2.1.3.1", "HP LaserJet 9999"),
    ]);
    assert_eq!((identity.vendor, identity.kind), (None, Kind::NotAPrinter));
}

#[test]
fn a_name_that_the_owner_typed_is_not_the_model() {
    let identity = decided(&[
        (
            decide::SYS_DESCR,
            "HP ETHERNET MULTI-ENVIRONMENT,SN:XXX0000000,FN:AB1234C,PID:Second floor 9",
        ),
        (decide::SYS_OBJECT_ID, "1.3.6.1.4.1.11.2.3.9.1"),
    ]);
    assert_eq!((identity.vendor.as_deref(), identity.model), (Some("HP"), None));
    assert_eq!(identity.serial.as_deref(), Some("XXX0000000"));
}

#[tokio::test]
async fn a_host_that_answers_nothing_is_unreachable_within_the_limit() {
    let ports = DevicePorts {
        snmp: 1,
        ipp: 1,
        http: Some(1),
        ..DevicePorts::default()
    };
    let knowledge = Knowledge::embedded();
    let began = Instant::now();
    let identity = identify("127.0.0.1", &ports, Duration::from_millis(300), &knowledge).await;
    assert_eq!(identity.kind, Kind::Unreachable);
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn without_an_address_the_probe_is_skipped_and_a_refusal_counts_as_alive() {
    let knowledge = Knowledge::embedded();
    let mut request = crate::probe::Request::new(crate::case::Case::default());
    assert_eq!(
        probe(&request, &knowledge).await.status,
        crate::probe::Status::Skipped
    );
    request.case.device.address = Some("127.0.0.1".to_owned());
    request.timeout = Duration::from_millis(300);
    request.device = DevicePorts {
        snmp: 1,
        ipp: 1,
        http: Some(1),
        ..DevicePorts::default()
    };
    let outcome = probe(&request, &knowledge).await;
    assert_eq!(outcome.status, crate::probe::Status::Passed);
    let kinds: Vec<String> = outcome.evidence.iter().map(|e| e.fact.kind()).collect();
    assert!(kinds.contains(&"device-answered".to_owned()), "{kinds:?}");
    assert!(!kinds.contains(&"device-silent".to_owned()), "{kinds:?}");
}
