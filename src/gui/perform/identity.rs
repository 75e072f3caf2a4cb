//! What a device says of itself, into the case; what a person typed is not overwritten.

use crate::gui::state::{DeviceField, State};
use crate::gui::text::tr;
use serde_json::Value;

/// Fills empty fields, and fields that an earlier answer had filled.
pub fn fill(state: &mut State, identity: &Value) {
    for (field, key) in [
        (DeviceField::Vendor, "vendor"),
        (DeviceField::Model, "model"),
        (DeviceField::Firmware, "firmware"),
    ] {
        let Some(value) = text(identity, key) else {
            continue;
        };
        let source = identity
            .get("sources")
            .and_then(|sources| text(sources, key))
            .unwrap_or_else(|| tr!("identity-the-device"));
        let device = &mut state.case.device;
        let slot = match field {
            DeviceField::Vendor => &mut device.vendor,
            DeviceField::Model => &mut device.model,
            DeviceField::Firmware => &mut device.firmware,
        };
        if slot.is_none() || state.origin.contains_key(&field) {
            *slot = Some(value);
            state.origin.insert(field, source);
        }
    }
}

/// A text field of the answer.
pub fn text(identity: &Value, key: &str) -> Option<String> {
    identity
        .get(key)?
        .as_str()
        .filter(|s| !s.is_empty())
        .map(str::to_owned)
}

/// What the answer says, in sentences for the Device step.
pub fn sentences(identity: &Value) -> Vec<String> {
    let mut all = Vec::new();
    if text(identity, "kind").as_deref() == Some("not-a-printer") {
        all.push(tr!("identity-what-answers-at-this-address-is"));
    }
    if let Some(serial) = text(identity, "serial") {
        all.push(tr!("identity-serial-number", serial = serial));
    }
    if let Some(seconds) = identity.get("clock_skew_s").and_then(Value::as_i64)
        && seconds != 0
    {
        let way = if seconds > 0 {
            tr!("identity-ahead")
        } else {
            tr!("identity-behind")
        };
        all.push(tr!("identity-clock", seconds = seconds.abs(), way = way));
    }
    all
}
