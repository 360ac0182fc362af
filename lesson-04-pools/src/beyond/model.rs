//! A model of more hosts at one queue: arithmetic on figures that `cost` measures.

use serde::Serialize;

/// The measured figures. Times in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Costs {
    /// A job's share of the time of the process pool, when there is nothing to do in it.
    pub local_s: f64,
    /// The time that one worker needs for a job from the queue, when there is nothing to do in it.
    pub trip_s: f64,
    /// Jobs a second that one queue carried, from the submitter to the last result.
    pub rate: f64,
}

/// The needs of a number of hosts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Needs {
    /// Workers on all of them.
    pub workers: usize,
    /// The shortest job for which the queue keeps all workers busy.
    pub fed_s: f64,
    /// The shortest job for which they also spend nine tenths of their time working.
    pub worth_s: f64,
    /// The share of what the queue can carry that is spent on "still alive" when jobs are longer
    /// than that.
    pub alive_share: f64,
}

impl Costs {
    /// Returns the length of a job from which `hosts` machines with `cores` each are faster than
    /// one, if any is.
    ///
    /// With jobs of `t` seconds one machine does `cores / (t + local)` a second. The others do
    /// `hosts * cores / (t + trip)`, but not more than `rate`. `None`: never.
    pub fn pays_from(&self, hosts: usize, cores: usize) -> Option<f64> {
        let hosts = hosts as f64;
        let cores = cores as f64;
        let local = self.local_s * cores;

        // hosts / (t + trip) > 1 / (t + local), and rate > cores / (t + local).
        let workers = (self.trip_s - hosts * local) / (hosts - 1.0);
        let queue = cores / self.rate - local;
        (hosts > 1.0).then(|| workers.max(queue).max(0.0))
    }

    /// Returns the needs of `hosts` machines with `cores` each, when a worker says every third of
    /// `ack_wait_s` that it is alive.
    pub fn needs(&self, hosts: usize, cores: usize, ack_wait_s: f64) -> Needs {
        let workers = hosts * cores;
        let fed_s = workers as f64 / self.rate;
        Needs {
            workers,
            fed_s,
            worth_s: fed_s.max(9.0 * self.trip_s),
            alive_share: workers as f64 * 3.0 / ack_wait_s / self.rate,
        }
    }
}

/// Draws a table of 10, 100 and 1,000 hosts.
pub fn table(costs: &Costs, cores: usize, ack_wait_s: f64) -> String {
    let mut lines = vec![format!(
        "{:>6}  {:>7}  {:>15}  {:>19}  {:>14}",
        "hosts", "workers", "queue keeps up", "nine tenths working", "\"still alive\""
    )];
    for hosts in [10, 100, 1_000] {
        let needs = costs.needs(hosts, cores, ack_wait_s);
        lines.push(format!(
            "{hosts:>6}  {:>7}  {:>12.1} ms  {:>16.1} ms  {:>12.1} %",
            needs.workers,
            needs.fed_s * 1e3,
            needs.worth_s * 1e3,
            needs.alive_share * 1e2
        ));
    }

    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_hosts_are_held_up_by_the_trip_and_many_by_the_queue() {
        let costs = Costs {
            local_s: 10e-6,
            trip_s: 400e-6,
            rate: 5_000.0,
        };
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} and {b}");
        // Two hosts with two cores: 400 µs - 2 * 20 µs of trip for one more host; and the queue, 2
        // / 5000 s - 20 µs.
        close(costs.pays_from(2, 2).unwrap(), 380e-6);
        close(
            Costs { rate: 1e9, ..costs }.pays_from(2, 2).unwrap(),
            360e-6,
        );
        assert_eq!(costs.pays_from(1, 2), None);

        let ten = costs.needs(10, 2, 30.0);
        assert_eq!(ten.workers, 20);
        close(ten.fed_s, 4e-3);
        close(ten.worth_s, 4e-3);
        close(costs.needs(1, 2, 30.0).worth_s, 3.6e-3);
        close(costs.needs(1_000, 2, 30.0).fed_s, 0.4);
        // 2,000 workers, each 0.1 times a second.
        close(costs.needs(1_000, 2, 30.0).alive_share, 200.0 / 5_000.0);
    }
}
