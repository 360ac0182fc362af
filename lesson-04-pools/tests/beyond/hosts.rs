//! Three hosts of the test's own making: network namespaces, joined by a bridge. Needs to be root on Linux;
//! elsewhere it says that it was skipped.

use std::process::{Command, Stdio};

use common::TempDir;
use lesson_04_pools::beyond::server::program;

use super::has_total;
use super::nats::{Going, PROGRAM, possible, start_command};

/// A host: a namespace with one address, `10.99.N.HOST`.
struct Host {
    name: String,
    link: String,
    address: String,
}

/// The hosts and the bridge between them. Dropping it takes them away.
struct Network {
    bridge: String,
    hosts: Vec<Host>,
}

fn ip(args: &str) -> bool {
    let mut command = Command::new("ip");
    command
        .args(args.split_whitespace())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

impl Network {
    /// `None` where this is not allowed.
    fn new(hosts: usize) -> Option<Network> {
        // Names of links have at most 15 letters; our process's number keeps two runs apart.
        let id = std::process::id();
        let mut network = Network {
            bridge: format!("nb{id}"),
            hosts: Vec::new(),
        };
        let mut done = ip(&format!("link add {} type bridge", network.bridge));
        done = done && ip(&format!("link set {} up", network.bridge));
        for number in 1..=hosts {
            let (name, link) = (format!("course-{id}-{number}"), format!("nh{number}x{id}"));
            let address = format!("10.99.{}.{number}", id % 250);
            network.hosts.push(Host {
                name: name.clone(),
                link: link.clone(),
                address: address.clone(),
            });
            for step in [
                format!("netns add {name}"),
                format!("link add {link} type veth peer name eth0 netns {name}"),
                format!("link set {link} master {} up", network.bridge),
                format!("-n {name} addr add {address}/24 dev eth0"),
                format!("-n {name} link set eth0 up"),
                format!("-n {name} link set lo up"),
            ] {
                done = done && ip(&step);
            }
        }
        done.then_some(network)
    }

    fn on(&self, host: usize, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args([
            "--pdeathsig",
            "KILL",
            "ip",
            "netns",
            "exec",
            &self.hosts[host].name,
            program,
        ]);
        command
    }

    /// Starts `beyond` on a host.
    fn start(&self, host: usize, args: &[&str]) -> Going {
        let mut command = self.on(host, PROGRAM);
        command.arg("beyond").args(args);
        start_command(command)
    }

    fn cut(&self, host: usize) {
        assert!(ip(&format!("link set {} down", self.hosts[host].link)));
    }

    fn mend(&self, host: usize) {
        assert!(ip(&format!("link set {} up", self.hosts[host].link)));
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for host in &self.hosts {
            ip(&format!("netns del {}", host.name));
            ip(&format!("link del {}", host.link));
        }
        ip(&format!("link del {}", self.bridge));
    }
}

#[test]
fn a_host_whose_link_is_cut_costs_time_and_nothing_else() {
    if !possible() {
        return;
    }
    let Some(network) = Network::new(3) else {
        eprintln!(
            "skipped: making network namespaces is not allowed here; be root, with the command `ip`"
        );
        return;
    };
    let store = TempDir::new("course-nats-hosts").unwrap();
    let address = &network.hosts[0].address;
    let mut server = network.on(0, program().unwrap().to_str().unwrap());
    server
        .args([
            "--jetstream",
            "--addr",
            address,
            "--port",
            "4222",
            "--store_dir",
        ])
        .arg(store.path());
    let server = start_command(server);
    server.wait_for("Server is ready");

    // The first host has the server and the submitter, the others a worker each.
    let url = format!("nats://{address}:4222");
    let far = network.start(1, &["worker", "--nats", &url, "--ack-wait", "1"]);
    far.wait_for("ready, in process");
    let submit = [
        "submit",
        "--nats",
        &url,
        "--items",
        "10",
        "--chunk-time",
        "2",
    ];
    let submitter = network.start(0, &submit);
    far.wait_for("chunk 1: the numbers");
    network.cut(1);
    let near = network.start(2, &["worker", "--nats", &url]);
    near.wait_for("chunk 1: try 2");
    let (code, said) = submitter.end();
    assert!(code == Some(0) && has_total(&said, "385"), "{said}");

    // It did its job all the same, could tell nobody, and goes on as soon as the link is there again.
    drop(near);
    network.mend(1);
    let submitter = network.start(
        0,
        &[
            "submit",
            "--nats",
            &url,
            "--items",
            "15",
            "--chunk-time",
            "0.1",
        ],
    );
    far.wait_for("chunk 3: the numbers");
    let (code, said) = submitter.end();
    assert!(code == Some(0) && has_total(&said, "1240"), "{said}");
}
