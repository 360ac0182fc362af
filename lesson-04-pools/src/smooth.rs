//! The work of `pipeline`: smoothing a signal. Nothing here knows of threads.

/// Smooths: each byte becomes the average of the sixteen that begin there, or of as many as the block has left. Plain
/// loops, because a debug build does not speed up iterators.
///
/// # Panics
/// Never: an average of bytes is a byte.
pub fn smooth(block: &[u8]) -> Vec<u8> {
    let mut smoothed = Vec::with_capacity(block.len());
    let mut at = 0;
    while at < block.len() {
        let (mut sum, mut next, end) = (0_usize, at, block.len().min(at + 16));
        while next < end {
            sum += usize::from(block[next]);
            next += 1;
        }
        smoothed.push(u8::try_from(sum / (end - at)).expect("an average of bytes is a byte"));
        at += 1;
    }
    smoothed
}

/// A signal of so many bytes, always the same one.
pub fn signal(length: usize) -> Vec<u8> {
    let (mut signal, mut x) = (Vec::with_capacity(length), 1_u32);
    while signal.len() < length {
        x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        signal.push(x.to_le_bytes()[3]);
    }
    signal
}
