//! A copier's own services on loopback: SNMP agent, IPP, web page.

use super::door;
use super::scenario::{Device, Object, SnmpLogin};
use super::tasks::Tasks;
use super::{HOST, LabError};
use crate::probe::DevicePorts;
use crate::probe::device::{library_auth, library_privacy};
use async_snmp::agent::Agent;
use async_snmp::handler::{BoxFuture, GetNextResult, GetResult, HandlerResult, MibHandler, RequestContext};
use async_snmp::v3::AuthoritativeEngine;
use async_snmp::{Oid, Value, VarBind, oid};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

/// Puts the device's services up; a service that it does not have refuses.
pub async fn raise(device: &Device, closed: SocketAddr, tasks: &Tasks) -> Result<DevicePorts, LabError> {
    let snmp = if device.snmp.is_empty() {
        closed
    } else {
        agent(device, tasks).await?
    };
    let ipp = if device.ipp.is_empty() {
        closed
    } else {
        door::answering(HOST, ipp_answer(&device.ipp), tasks).await?
    };
    let page = door::web(HOST, device, tasks).await?;
    Ok(DevicePorts {
        snmp: snmp.port(),
        community: device.community.clone(),
        user: device.asker().map(SnmpLogin::user),
        ipp: ipp.port(),
        http: Some(page.port()),
    })
}

/// An SNMP agent with the device's objects and its clock; it answers its own community alone (v1 and v2c), or its
/// own user alone (v3).
async fn agent(device: &Device, tasks: &Tasks) -> Result<SocketAddr, LabError> {
    let problem = |error: &dyn std::fmt::Display| LabError::Snmp(error.to_string());
    let mut objects = BTreeMap::new();
    for (name, object) in &device.snmp {
        let name = Oid::parse(name).map_err(|error| problem(&error))?;
        let value = match object {
            Object::Text(text) => Value::OctetString(text.clone().into_bytes().into()),
            Object::Oid(text) => Value::ObjectIdentifier(Oid::parse(text).map_err(|error| problem(&error))?),
            Object::Number(number) => Value::Integer(*number),
            Object::Octets(octets) => Value::OctetString(octets.clone().into()),
        };
        objects.insert(name, value);
    }
    let tree = Tree {
        objects,
        skew: device.clock_skew_s,
        zone: device.clock_zone,
    };
    let builder = Agent::builder().bind(SocketAddr::new(HOST, 0).to_string());
    let builder = match &device.snmp_user {
        None => builder.community(device.community.clone()),
        Some(login) => {
            let engine = AuthoritativeEngine::install(ENGINE, |_| Ok::<(), Infallible>(()));
            builder
                .authoritative_engine(engine.map_err(|error| problem(&error))?)
                .usm_user(login.name.clone(), |user| {
                    user.auth_priv(
                        library_auth(login.signing.0),
                        login.signing.1.as_bytes(),
                        library_privacy(login.privacy.0),
                        login.privacy.1.as_bytes(),
                    )
                })
                .map_err(|error| problem(&error))?
        }
    };
    let agent = builder
        .handler(oid!(1, 3, 6, 1), Arc::new(tree))
        .allow_all_access()
        .without_builtin_handlers()
        .build()
        .await
        .map_err(|error| problem(&error))?;
    let address = agent.local_addr();
    tasks.spawn(async move {
        let _ = agent.run().await;
    });
    Ok(address)
}

/// The agent's name in SNMP v3 (RFC 3411): made of text, with an enterprise number that nobody has.
const ENGINE: &[u8] = b"\x80\x00\xff\xff\x04lab-copier";

/// hrSystemDate (RFC 2790).
const HR_DATE: [u32; 10] = [1, 3, 6, 1, 2, 1, 25, 1, 2, 0];

/// The objects of a device; its clock is read when it is asked.
struct Tree {
    objects: BTreeMap<Oid, Value>,
    skew: i64,
    zone: bool,
}

impl Tree {
    /// The device's clock as DateAndTime (RFC 2579), with or without its zone.
    fn date(&self) -> Value {
        let there = Timestamp::now()
            .checked_add(SignedDuration::from_secs(self.skew))
            .unwrap_or(Timestamp::UNIX_EPOCH)
            .to_zoned(TimeZone::UTC);
        let small = |number: i8| u8::try_from(number).unwrap_or(0);
        let [high, low] = there.year().to_be_bytes();
        let mut octets = vec![
            high,
            low,
            small(there.month()),
            small(there.day()),
            small(there.hour()),
            small(there.minute()),
            small(there.second()),
            0,
        ];
        if self.zone {
            octets.extend([b'+', 0, 0]);
        }
        Value::OctetString(octets.into())
    }

    fn value(&self, name: &Oid) -> Option<Value> {
        if name.arcs() == HR_DATE {
            return Some(self.date());
        }
        self.objects.get(name).cloned()
    }
}

impl MibHandler for Tree {
    fn get<'a>(&'a self, _: &'a RequestContext, name: &'a Oid) -> BoxFuture<'a, HandlerResult<GetResult>> {
        Box::pin(async move { Ok(self.value(name).map_or(GetResult::NoSuchObject, GetResult::Value)) })
    }

    fn get_next<'a>(
        &'a self,
        _: &'a RequestContext,
        name: &'a Oid,
    ) -> BoxFuture<'a, HandlerResult<GetNextResult>> {
        Box::pin(async move {
            let date = Oid::from(HR_DATE.as_slice());
            let next = self
                .objects
                .keys()
                .chain([&date])
                .filter(|other| *other > name)
                .min();
            Ok(
                match next.and_then(|next| Some((next.clone(), self.value(next)?))) {
                    Some((next, value)) => GetNextResult::Value(VarBind::new(next, value)),
                    None => GetNextResult::EndOfMibView,
                },
            )
        })
    }
}

/// An HTTP answer with an IPP answer in it (RFC 8010, section 3): printer attributes as texts.
fn ipp_answer(attributes: &BTreeMap<String, String>) -> Vec<u8> {
    let mut body = vec![2, 0, 0, 0, 0, 0, 0, 1];
    let mut group = |tag: u8, attributes: &[(u8, &str, &str)]| {
        body.push(tag);
        for (kind, name, value) in attributes {
            body.push(*kind);
            for text in [name, value] {
                let text = text
                    .as_bytes()
                    .get(..usize::from(u16::MAX))
                    .unwrap_or(text.as_bytes());
                body.extend(u16::try_from(text.len()).unwrap_or(0).to_be_bytes());
                body.extend(text);
            }
        }
    };
    group(
        OPERATION,
        &[
            (CHARSET, "attributes-charset", "utf-8"),
            (LANGUAGE, "attributes-natural-language", "en"),
        ],
    );
    let printer: Vec<(u8, &str, &str)> = attributes
        .iter()
        .map(|(name, value)| (TEXT, name.as_str(), value.as_str()))
        .collect();
    group(PRINTER, &printer);
    body.push(END);
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend(body);
    answer
}

/// Tags of RFC 8010, section 3.5.
const OPERATION: u8 = 0x01;
const END: u8 = 0x03;
const PRINTER: u8 = 0x04;
const TEXT: u8 = 0x41;
const CHARSET: u8 = 0x47;
const LANGUAGE: u8 = 0x48;

#[cfg(test)]
mod tests {
    use crate::case::Controller;
    use crate::knowledge::Knowledge;
    use crate::lab::{Library, World};
    use crate::probe::device::{Identity, Kind, identify};
    use std::time::Duration;

    /// What the scenario's device says of itself, over real UDP and TCP.
    async fn identified(scenario: &str) -> Identity {
        let library = Library::embedded().unwrap();
        let world = World::start(library.scenario(scenario).unwrap()).await.unwrap();
        let knowledge = Knowledge::embedded();
        let address = world.request.case.device.address.clone().unwrap();
        let ports = world.request.device.clone();
        let asked = identify(&address, &ports, Duration::from_secs(3), &knowledge);
        let identity = Box::pin(asked).await;
        world.stop().await;
        identity
    }

    #[tokio::test]
    async fn a_device_of_the_lab_says_what_it_is_over_three_protocols() {
        let identity = identified("device-snmp-old-firmware").await;
        assert_eq!(identity.vendor.as_deref(), Some("Xerox"));
        assert_eq!(identity.model.as_deref(), Some("WorkCentre 7845"));
        assert_eq!(identity.firmware.as_deref(), Some("072.040.004.09100"));
        assert_eq!(identity.controller, Controller::BuiltIn);
        assert_eq!(identity.answered.len(), 3, "{identity:?}");
        assert!(identity.candidates["model"].len() >= 2, "{identity:?}");
    }

    #[tokio::test]
    async fn a_fiery_is_told_and_a_local_time_without_zone_is_no_wrong_clock() {
        let identity = identified("device-fiery").await;
        assert_eq!(identity.controller, Controller::Fiery);
        let identity = identified("device-local-time").await;
        assert!(identity.clock_skew_s.unwrap().abs() <= 60, "{identity:?}");
        assert!(identity.sources["clock_skew_s"].contains("zone is not told"));
    }

    #[tokio::test]
    async fn a_device_that_lets_one_v3_user_in_tells_it_and_refuses_others_with_the_reason() {
        let identity = identified("device-snmp-v3").await;
        assert!(identity.answered.contains(&"SNMP v3".to_owned()), "{identity:?}");
        assert_eq!(identity.firmware.as_deref(), Some("072.040.004.09100"));
        for (scenario, reason) in [
            ("device-snmp-v3-refused", "signing is wrong"),
            (
                "device-snmp-v3-other-key",
                "signing is right; the password or the method for encryption is wrong",
            ),
            ("device-snmp-v3-stranger", "no such SNMP v3 user"),
        ] {
            let identity = identified(scenario).await;
            assert_eq!(identity.kind, Kind::Unidentified, "{identity:?}");
            assert!(
                identity.answered.contains(&"SNMP (refused)".to_owned()),
                "{identity:?}"
            );
            let told = identity.problems.iter().any(|problem| problem.contains(reason));
            assert!(told, "{identity:?}");
        }
    }

    #[tokio::test]
    async fn another_community_than_the_device_s_gets_nothing() {
        let library = Library::embedded().unwrap();
        let world = World::start(library.scenario("device-snmp-old-firmware").unwrap())
            .await
            .unwrap();
        let knowledge = Knowledge::embedded();
        let mut ports = world.request.device.clone();
        ports.community = "wrong".to_owned();
        let asked = identify("127.0.0.1", &ports, Duration::from_millis(900), &knowledge);
        let identity = Box::pin(asked).await;
        assert!(
            identity
                .problems
                .iter()
                .any(|problem| problem.starts_with("SNMP")),
            "{identity:?}"
        );
        // IPP and the page still tell the make.
        assert_eq!(identity.vendor.as_deref(), Some("Xerox"));
        world.stop().await;
    }
}
