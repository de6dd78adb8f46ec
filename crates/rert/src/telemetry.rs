//! Where logs, spans and numbers of the program go: lines to standard error, and spans and numbers to a collector where one is named.

use std::time::Duration;

use opentelemetry::global;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, MetricExporter, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use serde::Deserialize;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::install_encryption;

const DOING: &str = "starting the log";
/// The variable by which all programs that speak OpenTelemetry are told where their collector is.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
/// The crates whose lines and spans are told: what other libraries write is not looked through for identities.
const OURS: [&str; 2] = ["server", "rert"];
/// A collector that does not answer does not keep the program from ending.
const FAREWELL: Duration = Duration::from_secs(3);

/// `[telemetry]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetrySection {
    /// How lines look.
    pub logs: Logs,
    /// How much is told; without a word `warn` for one person on this machine and `info` for a department.
    pub level: Option<Level>,
    /// Address of a collector that speaks OTLP over HTTP, as `http://127.0.0.1:4318`.
    pub otlp: Option<String>,
}

/// How lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Logs {
    /// For people.
    #[default]
    Text,
    /// One JSON document a line, for programs that gather logs.
    Json,
}

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Faults of the program and its surroundings.
    Error,
    /// And what somebody should look at.
    Warn,
    /// And what was changed, received and refused.
    Info,
    /// And every request.
    Debug,
}

impl Level {
    fn filter(self) -> LevelFilter {
        match self {
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
        }
    }
}

/// What was started, and ends with the program.
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
    metrics: Option<SdkMeterProvider>,
}

impl Telemetry {
    /// Starts what the configuration wants. It must run before anything that is to be told, and outside of what waits for networks.
    pub fn start(configuration: &Configuration) -> Result<Self, Failure> {
        let section = &configuration.telemetry;
        let usual = if configuration.is_for_a_department() { Level::Info } else { Level::Warn };
        let level = section.level.unwrap_or(usual);
        let collector = collector(section, |name| std::env::var(name).ok())?;
        install_encryption();
        let started = match &collector {
            Some(address) => Self {
                traces: Some(traces(address).map_err(not_built)?),
                metrics: Some(metrics(address).map_err(not_built)?),
            },
            None => Self { traces: None, metrics: None },
        };
        let spans = started.traces.as_ref().map(|provider| {
            tracing_opentelemetry::layer()
                .with_tracer(provider.tracer("rert"))
                .with_filter(ours(LevelFilter::INFO))
        });
        // A second start in one process keeps what the first one said.
        let _ =
            Registry::default().with(lines(section.logs).with_filter(ours(level.filter()))).with(spans).try_init();
        if let Some(provider) = &started.metrics {
            global::set_meter_provider(provider.clone());
        }
        Ok(started)
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        // What a collector did not take is lost with it; the program has done its work all the same.
        if let Some(traces) = &self.traces {
            let _ = traces.shutdown_with_timeout(FAREWELL);
        }
        if let Some(metrics) = &self.metrics {
            let _ = metrics.shutdown_with_timeout(FAREWELL);
        }
    }
}

/// Where the collector is, if there is one.
fn collector(
    section: &TelemetrySection,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Option<String>, Failure> {
    let named = section.otlp.clone().or_else(|| environment(ENDPOINT));
    let Some(address) = named.filter(|address| !address.is_empty()) else { return Ok(None) };
    if !["http://", "https://"].iter().any(|scheme| address.starts_with(scheme)) {
        return Err(Failure::Usage(format!(
            "{DOING}: otlp in [telemetry] must be the address of a collector that begins with http:// or https://"
        )));
    }
    Ok(Some(address.trim_end_matches('/').to_owned()))
}

fn lines(logs: Logs) -> Box<dyn Layer<Registry> + Send + Sync> {
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    match logs {
        Logs::Text => lines.boxed(),
        Logs::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    }
}

fn ours(level: LevelFilter) -> Targets {
    Targets::new().with_targets(OURS.map(|name| (name, level)))
}

fn traces(address: &str) -> Result<SdkTracerProvider, ExporterBuildError> {
    let exporter = SpanExporter::builder().with_http().with_endpoint(format!("{address}/v1/traces")).build()?;
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource()).build())
}

fn metrics(address: &str) -> Result<SdkMeterProvider, ExporterBuildError> {
    let exporter = MetricExporter::builder().with_http().with_endpoint(format!("{address}/v1/metrics")).build()?;
    Ok(SdkMeterProvider::builder().with_periodic_exporter(exporter).with_resource(resource()).build())
}

/// Who tells. The name of the machine and what else the surroundings say is for the collector to add.
fn resource() -> Resource {
    let version = opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    Resource::builder_empty().with_service_name("rert").with_attribute(version).build()
}

fn not_built(error: ExporterBuildError) -> Failure {
    Failure::Usage(format!("{DOING}: the collector of [telemetry] cannot be used: {error}"))
}
