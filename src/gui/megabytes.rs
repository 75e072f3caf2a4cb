//! Sizes as people type them.

/// Bytes as megabytes, for a field.
#[expect(clippy::cast_precision_loss, reason = "scans are far below 2^52 bytes")]
pub fn megabytes(bytes: u64) -> String {
    format!("{}", bytes as f64 / 1_000_000.0)
}

/// Megabytes of a field as bytes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be in range"
)]
pub fn bytes(megabytes: &str) -> Option<u64> {
    let value: f64 = megabytes.trim().replace(',', ".").parse().ok()?;
    (0.0..1e9)
        .contains(&value)
        .then_some((value * 1_000_000.0).round() as u64)
}
