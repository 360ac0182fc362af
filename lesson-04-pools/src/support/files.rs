//! The four files that the lesson's server offers: names, sizes, checksums and contents.

use std::fmt::Write;

/// The bytes in a block. A file is its own block, again and again.
pub const BLOCK: usize = 64 * 1024;

/// A file on the server.
#[derive(Debug)]
pub struct File {
    pub name: &'static str,
    /// Its size. A megabyte is a million bytes.
    pub bytes: usize,
    /// Its checksum: 64 hexadecimal digits that are different for any other content.
    pub sha256: &'static str,
}

/// All files, in the order in which they are asked for.
pub const FILES: [File; 4] = [
    File {
        name: "document.pdf",
        bytes: 2_000_000,
        sha256: "268d47592ffeb864da76596a16c33ff27750ecc10d5eb48fea42478e187d28f9",
    },
    File {
        name: "image.jpg",
        bytes: 1_000_000,
        sha256: "1c90f837b6f438d94b82bb19856131cd6f7b4e464dddb155ef468baeb517be76",
    },
    File {
        name: "video.mp4",
        bytes: 4_000_000,
        sha256: "295140ca533f37bfe9f765b3d321a1d83a89ae8877da8cbd6e44e64799a48c9d",
    },
    File {
        name: "music.mp3",
        bytes: 3_000_000,
        sha256: "ba69a042e93577529d0bf7cda68e9b555e584a83dfaff51ead3c3a87e4bf388b",
    },
];

/// Writes the list that mirrors publish as `SHA256SUMS`: a checksum and a name in each line.
pub fn sums() -> String {
    let mut list = String::new();
    for file in &FILES {
        writeln!(list, "{}  {}", file.sha256, file.name).expect("a String takes any text");
    }
    list
}

/// Writes bytes as hexadecimal digits, the usual form of a checksum.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a String takes any text");
    }
    text
}

/// Makes the block of bytes that a file of this name consists of. It looks random, and is the same
/// every time.
pub fn block(name: &str) -> Vec<u8> {
    // FNV-1a turns the name into a number, xorshift goes on from there: a few instructions each.
    let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let mut number = name.bytes().fold(0xcbf2_9ce4_8422_2325, fnv);

    let mut block = Vec::with_capacity(BLOCK);
    while block.len() < BLOCK {
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
        block.extend_from_slice(&number.to_le_bytes());
    }

    block
}

#[cfg(test)]
mod tests {
    use hmac_sha256::Hash;

    use super::*;

    #[test]
    fn the_published_checksums_are_those_of_the_contents() {
        for file in &FILES {
            let content: Vec<u8> = block(file.name)
                .into_iter()
                .cycle()
                .take(file.bytes)
                .collect();
            assert_eq!(hex(&Hash::hash(&content)), file.sha256, "{}", file.name);
        }
    }
}
