//! All scenarios by their names.

use std::io;

use common::Pace;
use common::measure::cores;

use super::clients::Clients;
use super::crossover::Tiny;
use super::databases::Query;
use super::download::Download;
use super::images::Thumbnail;
use super::numbers::Sum;
use super::work::{Measured, Work};
use super::workload::Workload;
use super::{databases, download, images, numbers, server};
use lesson_04_pools::executor::worker::serve;

/// Makes a scenario's jobs: as many as wanted, or as many as it usually has.
pub fn workloads(
    name: &str,
    jobs: Option<usize>,
    pace: Pace,
) -> anyhow::Result<Vec<Workload<Work>>> {
    let jobs = |usual: usize| jobs.unwrap_or(usual);
    let made = match name {
        "download" => vec![download::workload(jobs(10), pace)?.with(Work::Download)],
        "images" => vec![images::workload(jobs(1000), pace)?.with(Work::Images)],
        "server" => vec![server::workload(jobs(1000), pace).with(Work::Server)],
        "numbers" => vec![numbers::workload(jobs(64), pace).with(Work::Numbers)],
        _ => databases::workloads(jobs(10), pace)?
            .into_iter()
            .map(|workload| workload.with(Work::Databases))
            .collect(),
    };

    let finite = made
        .into_iter()
        .map(|workload| workload.without_the_endless(cores()));
    Ok(finite.collect())
}

/// Serves a measured run, or jobs of such a run's pool: the worker's name says which.
pub fn worker(name: &str) -> io::Result<()> {
    match name.rsplit_once('-').map_or(name, |(role, _)| role) {
        "measured" => serve::<Measured>(),
        "clients" => serve::<Clients>(),
        "download" => serve::<Download>(),
        "images" => serve::<Thumbnail>(),
        "numbers" => serve::<Sum>(),
        "databases" => serve::<Query>(),
        "tiny" => serve::<Tiny>(),
        other => Err(io::Error::other(format!(
            "there is no worker '{other}' of the scenarios"
        ))),
    }
}
