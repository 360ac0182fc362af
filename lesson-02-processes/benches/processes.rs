//! What a process costs, and what a message costs.
//!
//! `cargo bench -p lesson-02-processes --features bench`. Peers: `ipc-channel` for messages; bare `fork` and
//! `posix_spawn` as the floors under `Command`.

use std::fs::OpenOptions;
use std::io::{BufReader, Read, Write, stdin, stdout};
use std::num::NonZero;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering;

use criterion::Criterion;
use ipc_channel::ipc::{self, IpcOneShotServer, IpcReceiver, IpcSender};
use lesson_02_processes::pipe;
use lesson_02_processes::show::cores;
use lesson_02_processes::support::mapping::Mapping;
use lesson_02_processes::support::messages::{receive, send};
use nix::libc;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, fork};

/// The variable that tells this program, started again, what to echo and where.
const ROLE: &str = "COURSE_BENCH_ROLE";
/// The lesson's own program.
const LESSON: &str = env!("CARGO_BIN_EXE_lesson-02-processes");
/// Two numbers of 8 bytes.
const SLOTS: NonZero<usize> = NonZero::new(16).expect("16 is not 0");

type Ends = (IpcSender<u64>, IpcReceiver<u64>);

fn main() {
    if let Ok(role) = std::env::var(ROLE) {
        echo(&role);
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    processes(&mut criterion);
    messages(&mut criterion);
    criterion.final_summary();
}

/// Starts a process and waits for its end.
fn processes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start and reap");
    group.bench_function("fork only", |bench| {
        bench.iter(|| {
            // SAFETY: the child does nothing but end.
            match unsafe { fork() }.expect("a process") {
                // SAFETY: ends this process and does nothing else.
                ForkResult::Child => unsafe { libc::_exit(0) },
                ForkResult::Parent { child } => waitpid(child, None).expect("it ends"),
            }
        });
    });
    group.bench_function("posix_spawn true", |bench| {
        use nix::spawn::{PosixSpawnAttr, PosixSpawnFileActions, posix_spawn};
        let actions = PosixSpawnFileActions::init().expect("no actions");
        let attributes = PosixSpawnAttr::init().expect("no attributes");
        bench.iter(|| {
            let pid = posix_spawn(
                c"/bin/true",
                &actions,
                &attributes,
                &[c"true"],
                &[] as &[&std::ffi::CStr],
            );
            waitpid(pid.expect("a process"), None).expect("it ends")
        });
    });
    group.bench_function("Command true", |bench| {
        bench.iter(|| {
            Command::new("/bin/true")
                .env_clear()
                .status()
                .expect("a process")
        });
    });
    group.bench_function("a worker of this lesson and its first answer", |bench| {
        bench.iter(|| {
            let mut command = Command::new(LESSON);
            let mut worker = piped(command.args(["worker", "bench", pipe::OVER_PIPES]));
            let to = worker.stdin.as_mut().expect("piped");
            let mut from = BufReader::new(worker.stdout.as_mut().expect("piped"));
            let answer = pipe::ask(to, &mut from, "hello").expect("it answers");
            assert_eq!(answer, "HELLO");
            worker.wait().expect("it ends")
        });
    });
    group.finish();
}

fn piped(command: &mut Command) -> Child {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process")
}

fn again(role: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.env(ROLE, role);
    command
}

/// Sends eight bytes to another process and back.
fn messages(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("there and back");
    let mut bytes = [0; 8];
    group.bench_function("two pipes", |bench| {
        let mut child = piped(&mut again("pipe"));
        let mut to = child.stdin.take().expect("piped");
        let mut from = child.stdout.take().expect("piped");
        bench.iter(|| {
            to.write_all(&[1; 8]).expect("it reads");
            from.read_exact(&mut bytes).expect("it answers");
        });
        drop(to);
        child.wait().expect("it ends");
    });
    group.bench_function("two pipes with frames (this lesson)", |bench| {
        let mut child = piped(Command::new(LESSON).args(["worker", "bench", cores::ROLE]));
        let mut to = child.stdin.take().expect("piped");
        let mut from = child.stdout.take().expect("piped");
        bench.iter(|| {
            send(&mut to, &(0..0_u64)).expect("it reads");
            receive::<u64>(&mut from, "it").expect("it answers")
        });
        drop(to);
        child.wait().expect("it ends");
    });
    group.bench_function("socket pair", |bench| {
        let (mut ours, theirs) = UnixStream::pair().expect("two sockets");
        let mut child = again("socket")
            .stdin(OwnedFd::from(theirs))
            .spawn()
            .expect("a process");
        bench.iter(|| {
            ours.write_all(&[1; 8]).expect("it reads");
            ours.read_exact(&mut bytes).expect("it answers");
        });
        drop(ours);
        child.wait().expect("it ends");
    });
    #[cfg(target_os = "linux")]
    group.bench_function("shared memory, woken by eventfd", shared_memory);
    group.bench_function("ipc-channel", |bench| {
        let (server, name) = IpcOneShotServer::<Ends>::new().expect("a server");
        let mut child = again(&format!("ipc {name}")).spawn().expect("a process");
        let (_, (to, from)) = server.accept().expect("it connects");
        bench.iter(|| {
            to.send(1).expect("it reads");
            from.recv().expect("it answers")
        });
        to.send(0).expect("it reads");
        child.wait().expect("it ends");
    });
    group.finish();
}

/// Puts the message into shared memory; the eventfds, standard input and output of the child, only say that it is there.
#[cfg(target_os = "linux")]
fn shared_memory(bench: &mut criterion::Bencher<'_>) {
    use nix::sys::eventfd::{EfdFlags, EventFd};
    use std::os::fd::AsRawFd;

    let file = nix::sys::memfd::memfd_create("bench", nix::sys::memfd::MFdFlags::MFD_CLOEXEC)
        .expect("memory");
    let file = std::fs::File::from(file);
    file.set_len(SLOTS.get() as u64).expect("16 bytes");
    let mapping = Mapping::of(&file, SLOTS).expect("a mapping");
    let event = || EventFd::from_value_and_flags(0, EfdFlags::EFD_CLOEXEC).expect("an eventfd");
    let to = event();
    let from = event();
    let copy = |event: &EventFd| event.as_fd().try_clone_to_owned().expect("a descriptor");
    let path = format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd());
    let mut child = again(&format!("memory {path}"));
    let mut child = child
        .stdin(copy(&to))
        .stdout(copy(&from))
        .spawn()
        .expect("a process");
    let mut number = 0;
    bench.iter(|| {
        number += 1;
        mapping.counter().store(number, Ordering::Relaxed);
        to.write(1).expect("it wakes up");
        from.read().expect("it answers")
    });
    assert_eq!(
        mapping.counter().load(Ordering::Relaxed),
        number + 1,
        "the child adds one"
    );
    mapping.counter().store(u64::MAX, Ordering::Relaxed);
    to.write(1).expect("it wakes up");
    child.wait().expect("it ends");
}

/// Plays the other side.
fn echo(role: &str) {
    let (role, rest) = role.split_once(' ').unwrap_or((role, ""));
    let mut bytes = [0; 8];
    match role {
        "pipe" => {
            let mut from = stdin().lock();
            let mut to = stdout().lock();
            while from.read_exact(&mut bytes).is_ok() {
                to.write_all(&bytes)
                    .and_then(|()| to.flush())
                    .expect("it is read");
            }
        }
        "socket" => {
            let mut socket =
                UnixStream::from(stdin().as_fd().try_clone_to_owned().expect("a descriptor"));
            while socket.read_exact(&mut bytes).is_ok() {
                socket.write_all(&bytes).expect("it is read");
            }
        }
        "memory" => {
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .open(rest)
                .expect("the memory");
            let mapping = Mapping::of(&file, SLOTS).expect("a mapping");
            let mut from = stdin().lock();
            let mut to = stdout().lock();
            while from.read_exact(&mut bytes).is_ok() {
                let number = mapping.counter().load(Ordering::Relaxed);
                if number == u64::MAX {
                    return;
                }
                mapping.counter().store(number + 1, Ordering::Relaxed);
                to.write_all(&bytes)
                    .and_then(|()| to.flush())
                    .expect("it is read");
            }
        }
        "ipc" => {
            let (to_us, from_parent) = ipc::channel::<u64>().expect("a channel");
            let (to_parent, from_us) = ipc::channel::<u64>().expect("a channel");
            let server = IpcSender::<Ends>::connect(rest.to_owned()).expect("the parent listens");
            server.send((to_us, from_us)).expect("the parent reads");
            while let Ok(number) = from_parent.recv() {
                if number == 0 {
                    return;
                }
                to_parent.send(number).expect("the parent reads");
            }
        }
        other => panic!("there is no role {other}"),
    }
}
