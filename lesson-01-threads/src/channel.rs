//! `channel`: threads that send values instead of sharing them.
//!
//! A channel is a queue with two ends. A value that was sent has moved: the sender no longer has it, so no lock is needed.
//! Several threads may send, one receives (`mpsc`: multiple producers, single consumer).

use std::sync::mpsc::channel;
use std::thread;

use common::Pace;
use tracing::info_span;

/// Starts three sensors that send four readings each; returns the sensor and the temperature, in order of arrival.
pub fn three_sensors(pace: Pace) -> Vec<(u32, u32)> {
    let (sender, receiver) = channel();
    for sensor in 1..=3 {
        let sender = sender.clone();
        thread::spawn(move || {
            let _span = info_span!("sensor", sensor).entered();
            for reading in 0..4 {
                thread::sleep(pace.seconds(0.02));
                let temperature = 200 + 10 * sensor + reading;
                // An error would mean that the receiver is gone: then nothing is left to do.
                if sender.send((sensor, temperature)).is_err() {
                    return;
                }
            }
        });
    }

    // A receiver's loop ends when the last sender is gone. This one would be waited for in vain.
    drop(sender);
    receiver.iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readings_of_each_sensor_arrive_in_order() {
        let arrived = three_sensors(Pace::new(0.01).unwrap());
        for sensor in 1..=3 {
            let from_this = arrived.iter().filter(|(from, _)| *from == sensor);
            let temperatures: Vec<u32> = from_this.map(|(_, temperature)| *temperature).collect();
            let expected: Vec<u32> = (0..4).map(|reading| 200 + 10 * sensor + reading).collect();
            assert_eq!(temperatures, expected);
        }
    }
}
