//! Putting things in order, compiled once.

/// Sorts by two numbers; what has the same ones stays in its order.
///
/// std's `sort_by_key` is compiled anew for each kind of item, two thousand lines at a time, and a learner's first build
/// waits for that. Here only the exchange of items is.
pub fn sort_by_numbers<T>(items: &mut [T], numbers: impl Fn(&T) -> (u64, u64)) {
    let mut places = places(items.iter().map(numbers).collect());

    for at in 0..items.len() {
        while places[at] != at {
            let place = places[at];
            items.swap(at, place);
            places.swap(at, place);
        }
    }
}

/// Returns the place of each in the order of all.
fn places(numbers: Vec<(u64, u64)>) -> Vec<usize> {
    let mut order: Vec<(u64, u64, usize)> = Vec::with_capacity(numbers.len());
    for (at, (first, second)) in numbers.into_iter().enumerate() {
        order.push((first, second, at));
    }
    order.sort_unstable();

    let mut places = vec![0; order.len()];
    for (place, (_, _, at)) in order.into_iter().enumerate() {
        places[at] = place;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sorts_as_std_does() {
        let mut seed = 1_u64;
        for count in 0..60 {
            let mut items: Vec<(u64, u64, usize)> = (0..count)
                .map(|at| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (seed >> 61, (seed >> 58) & 3, at)
                })
                .collect();
            let mut as_std = items.clone();
            as_std.sort_by_key(|item| (item.0, item.1));

            sort_by_numbers(&mut items, |item| (item.0, item.1));

            assert_eq!(items, as_std);
        }
    }
}
