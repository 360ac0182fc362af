//! Just serving, until Ctrl-C: for a browser, curl or wrk.

use std::net::{Ipv4Addr, SocketAddr};

use common::{Failure, Outcome, on_interrupt};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::limits;
use super::service::{Patience, serve};

/// Serves at this port of this machine. After Ctrl-C or SIGTERM it takes no new clients, and lets those that it has
/// finish, for a time that it says; a second Ctrl-C ends it at once.
///
/// # Errors
/// When the port cannot be had.
pub fn until_interrupted(port: &str) -> Result<Outcome, Failure> {
    let patience = Patience::default();
    if let Err(why) = limits::room_for(patience.connections) {
        info!(
            "serving fewer than {} connections: {why}",
            patience.connections
        );
    }
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.parse()?));
    let stop = CancellationToken::new();
    let interrupted = stop.clone();
    on_interrupt(move || interrupted.cancel());
    let all_finished = Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let listener = TcpListener::bind(address).await?;
            info!("serving http://{}/ until Ctrl-C", listener.local_addr()?);
            let say = async {
                stop.cancelled().await;
                info!(
                    "no new clients; those who are here have {:?} to finish",
                    patience.drain
                );
            };
            std::io::Result::Ok(tokio::join!(serve(listener, patience, stop.clone()), say).0)
        })?;
    info!(
        "{}",
        if all_finished {
            "all finished"
        } else {
            "some were cut off"
        }
    );
    Ok(Outcome::new(json!({ "all_finished": all_finished })))
}
