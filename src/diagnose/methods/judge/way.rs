//! What the way itself asks for: an open port, a TLS version, a login.

use super::{Found, Judge, ground};
use crate::diagnose::methods::at_own_host;
use crate::diagnose::methods::outside::Way;
use crate::evidence::{Actor, Basis, Evidence, Fact};
use crate::knowledge::schema::{Door, FieldLimit, Mark};
use crate::wire::tls::{TlsVersion, VersionAnswer};

impl Judge<'_> {
    /// The door to take, and what is known of the way to it.
    pub(super) fn ports(&self) -> (Option<Door>, Found) {
        let mut found = Found::default();
        let doors = &self.method.ports;
        // A relay inside is not reached through the way out.
        if self.method.service.is_empty() {
            return (doors.first().copied(), found);
        }
        let way = |door: &&Door| self.outside.port(door.port);
        let open = doors.iter().find(|door| matches!(way(door), Some(Way::Open(_))));
        let untried = doors.iter().find(|door| way(door).is_none());
        let mut barred: Vec<(u16, Vec<String>)> = Vec::new();
        for door in doors {
            if let Some(Way::Closed(ids)) = self.outside.port(door.port) {
                barred.push((door.port, ids.clone()));
            }
        }
        match (open, untried, doors.first()) {
            (Some(door), _, advised) => {
                if let Some(Way::Open(ids)) = self.outside.port(door.port) {
                    found.notes.push(ground(
                        format!("Port {} leads out of the site", door.port),
                        ids.clone(),
                    ));
                }
                if advised.is_some_and(|advised| advised.port != door.port) {
                    found.add(Self::closed_notes(&barred));
                }
                (Some(*door), found)
            }
            (None, Some(door), _) => {
                found.add(Self::closed_notes(&barred));
                (Some(*door), found)
            }
            (None, None, Some(door)) => {
                for (port, ids) in barred {
                    found.bars.push(ground(
                        format!("Port {port} is closed on the way out, and the service listens nowhere else that is open"),
                        ids,
                    ));
                }
                (Some(*door), found)
            }
            (None, None, None) => (None, found),
        }
    }

    /// Ports that are closed while another can be taken.
    pub(super) fn closed_notes(barred: &[(u16, Vec<String>)]) -> Found {
        let note = |(port, ids): &(u16, Vec<String>)| {
            ground(
                format!("Port {port} is closed on the way out; take another of the service"),
                ids.clone(),
            )
        };
        Found {
            notes: barred.iter().map(note).collect(),
            ..Found::default()
        }
    }

    /// The device's highest TLS version against the least that is taken.
    pub(super) fn tls(&self) -> Found {
        let mut found = Found::default();
        let method = self.method;
        if method.service.is_empty() {
            return found;
        }
        let required = method.tls_required;
        let minimum = method.min_tls.as_deref().and_then(TlsVersion::parse);
        let Some(limit) = self.situation.device_tls else {
            if let (true, Some(minimum)) = (required, minimum) {
                let says =
                    format!("The device needs {minimum} or newer for e-mail, which is not known of it here");
                found.notes.push(ground(says, Vec::new()));
            }
            return found;
        };
        let mut ids = vec![limit.evidence.id.clone()];
        let sure = limit.evidence.basis != Basis::KnownInferred;
        match minimum {
            Some(minimum) if limit.max >= minimum => {
                let says = format!("The device can do {}, and {minimum} is enough", limit.max);
                if required {
                    found.notes.push(ground(says, ids));
                }
            }
            Some(minimum) if required => {
                ids.extend(self.refused_hello(limit.max));
                let says = format!(
                    "The device can do {} at most; {minimum} is the least that is taken here",
                    limit.max
                );
                if sure && method.min_tls_mark == Mark::Confirmed {
                    found.bars.push(ground(says, ids));
                } else {
                    found
                        .open
                        .push(ground(format!("{says}, as far as is known"), ids));
                }
            }
            None if limit.max < TlsVersion::Tls12 => {
                let says = format!(
                    "Whether {} is taken here is not known; in plain text it can be tried only where the service allows it",
                    limit.max
                );
                found.open.push(ground(says, ids));
            }
            Some(_) if self.situation.wants_tls() => {
                let says = format!(
                    "Set the device to no encryption: with TLS on, its {} would be tried and refused; without it the mail goes in plain text",
                    limit.max
                );
                found.first.push(ground(says, ids));
                found.plain = true;
            }
            Some(_) => {
                found.plain = true;
                let says = "Mail is taken in plain text here, so the device's old TLS does not matter; it is readable on the way";
                found.notes.push(ground(says, ids));
            }
            None => {}
        }
        found
    }

    /// Ids of the server's refusals of a version, where the server asked is one of the way's.
    fn refused_hello(&self, limit: TlsVersion) -> Vec<String> {
        if !at_own_host(self.method, &self.situation.case.mail.server.to_ascii_lowercase()) {
            return Vec::new();
        }
        self.evidence
            .iter()
            .filter(|item| {
                matches!(&item.fact, Fact::TlsVersionAnswer { version, answer: VersionAnswer::Refused(_) } if *version == limit)
            })
            .map(|item| item.id.clone())
            .collect()
    }

    /// What the device can log in with.
    pub(super) fn login(&self) -> Found {
        let mut found = Found::default();
        let method = self.method;
        if method.login.is_empty() {
            return found;
        }
        if let Some((item, can)) = self.mechanisms()
            && !method.mechanisms.is_empty()
            && !can.iter().any(|one| {
                method
                    .mechanisms
                    .iter()
                    .any(|offered| offered.eq_ignore_ascii_case(one))
            })
        {
            let says = format!(
                "The device logs in with {} only; offered are {}",
                can.join(", "),
                method.mechanisms.join(", ")
            );
            let one = ground(says, vec![item.id.clone()]);
            match item.basis {
                Basis::KnownInferred => found.open.push(one),
                Basis::Observed | Basis::KnownConfirmed | Basis::Stated => found.bars.push(one),
            }
        }
        for (field, need) in [("user", method.user_length), ("password", method.secret_length)] {
            let Some((limit, need)) = self.field(field).zip(need) else {
                continue;
            };
            if need > limit.most {
                let says = format!(
                    "The {field} here has about {need} characters; the device's field takes {} at most",
                    limit.most
                );
                match limit.mark {
                    Mark::Confirmed => found.bars.push(ground(says, Vec::new())),
                    _ => found.open.push(ground(says, Vec::new())),
                }
            }
        }
        found
    }

    /// The login mechanisms of the device, from the best evidence there is.
    pub(super) fn mechanisms(&self) -> Option<(&Evidence, &[String])> {
        self.evidence
            .iter()
            .filter(|item| item.actor == Actor::Device)
            .filter_map(|item| match &item.fact {
                Fact::AuthMechanismMismatch { wanted: can, .. }
                | Fact::DeviceMechanisms { mechanisms: can } => Some((item, can.as_slice())),
                _ => None,
            })
            .max_by_key(|(item, _)| item.basis.rank())
    }

    /// How much fits into a field of the device in hand.
    pub(super) fn field(&self, name: &str) -> Option<&FieldLimit> {
        let device = &self.situation.case.device;
        let vendor = device.vendor.as_deref()?;
        let model = device.model.as_deref().unwrap_or_default().to_lowercase();
        let known = self
            .knowledge
            .devices
            .iter()
            .find(|known| known.vendor.eq_ignore_ascii_case(vendor))?;
        known.fields.iter().find(|limit| {
            let here = |listed: &String| model.contains(&listed.to_lowercase());
            limit.field == name && (limit.models.is_empty() || limit.models.iter().any(here))
        })
    }
}
