//! Bits as LZX orders them: the highest first, in words of sixteen that stand with their low byte first.

/// Takes bits and makes bytes of them.
#[derive(Debug, Default)]
pub struct BitWriter {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl BitWriter {
    /// Appends the lowest `count` bits of `value`; at most 32.
    pub fn put(&mut self, value: u32, count: u32) {
        self.held = self.held << count | u64::from(value) & ((1 << count) - 1);
        self.count += count;
        while self.count >= 16 {
            self.count -= 16;
            let word = (self.held >> self.count & 0xffff) as u16;
            self.bytes.extend_from_slice(&word.to_le_bytes());
        }
    }

    /// Fills the last word with zeros and gives all bytes since the last time.
    pub fn take(&mut self) -> Vec<u8> {
        if self.count > 0 {
            self.put(0, 16 - self.count);
        }
        std::mem::take(&mut self.bytes)
    }
}
