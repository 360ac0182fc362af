//! A whole number that grows without end: enough of one for factorials.

use std::fmt::{self, Display};
use std::ops::MulAssign;

/// A digit of a number to this base is nine digits of the decimal number.
const BASE: u64 = 1_000_000_000;

/// A whole number, and its digits to the base of a thousand million, the last one first.
#[derive(Debug)]
pub struct Natural(Vec<u64>);

impl From<u32> for Natural {
    fn from(number: u32) -> Natural {
        let mut product = Natural(vec![1]);
        product *= number;
        product
    }
}

impl MulAssign<u32> for Natural {
    fn mul_assign(&mut self, factor: u32) {
        let mut carried = 0;
        for digit in &mut self.0 {
            let product = *digit * u64::from(factor) + carried;
            *digit = product % BASE;
            carried = product / BASE;
        }

        while carried > 0 {
            self.0.push(carried % BASE);
            carried /= BASE;
        }
    }
}

impl Display for Natural {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = self.0.iter().rev();
        write!(f, "{}", digits.next().unwrap_or(&0))?;
        digits.try_for_each(|digit| write!(f, "{digit:09}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_multiplies_as_long_as_memory_lasts() {
        let product = |factors: &[u32]| {
            let mut product = Natural::from(1);
            for factor in factors {
                product *= *factor;
            }
            product.to_string()
        };
        assert_eq!(product(&[]), "1");
        assert_eq!(
            product(&[1_000_000_000, 1_000_000_000]),
            "1000000000000000000"
        );
        assert_eq!(product(&[u32::MAX; 3]), "79228162458924105385300197375");
    }
}
