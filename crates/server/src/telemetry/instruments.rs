//! The numbers that are watched, with the names by which a collector knows them.

use std::sync::OnceLock;
use std::time::Duration;

use archive::Archive;
use opentelemetry::metrics::{Counter, Histogram, Meter, UpDownCounter};
use opentelemetry::{KeyValue, global};

/// Times of requests in seconds, as the conventions of OpenTelemetry have them.
const REQUESTS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
/// Times of jobs in seconds: an assessment takes from seconds to many minutes.
const JOBS: [f64; 10] = [0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 180.0, 600.0, 1800.0];

/// The numbers that are watched.
#[derive(Debug)]
pub struct Instruments {
    request_duration: Histogram<f64>,
    active_requests: UpDownCounter<i64>,
    job_duration: Histogram<f64>,
    associations: UpDownCounter<i64>,
    associations_ended: Counter<u64>,
    turned_away: Counter<u64>,
    object_duration: Histogram<f64>,
}

/// The instruments of this program; made when they are first used, so that whoever starts it can first say where numbers go.
pub fn instruments() -> &'static Instruments {
    static ALL: OnceLock<Instruments> = OnceLock::new();
    ALL.get_or_init(|| Instruments::new(&global::meter("rert")))
}

/// Tells how much room there is on the disk of an archive whenever numbers are gathered.
pub fn watch_room(archive: &Archive) {
    let archive = archive.clone();
    let meter = global::meter("rert");
    let gauge = meter.u64_observable_gauge("rert.archive.free").with_unit("By");
    let gauge = gauge.with_description("Bytes that are free on the disk of the archive");
    gauge
        .with_callback(move |observer| archive.free_bytes().into_iter().for_each(|n| observer.observe(n, &[])))
        .build();
}

impl Instruments {
    fn new(meter: &Meter) -> Self {
        let seconds = |name: &'static str, about: &'static str, bounds: &[f64]| {
            let histogram = meter.f64_histogram(name).with_unit("s").with_description(about);
            histogram.with_boundaries(bounds.to_vec()).build()
        };
        let now = |name: &'static str, unit: &'static str, about: &'static str| {
            meter.i64_up_down_counter(name).with_unit(unit).with_description(about).build()
        };
        let count = |name: &'static str, unit: &'static str, about: &'static str| {
            meter.u64_counter(name).with_unit(unit).with_description(about).build()
        };
        Self {
            request_duration: seconds(
                "http.server.request.duration",
                "Time from a request to the beginning of its answer",
                &REQUESTS,
            ),
            active_requests: now("http.server.active_requests", "{request}", "Requests that are being answered"),
            job_duration: seconds("rert.job.duration", "Time that a job took, by kind and how it ended", &JOBS),
            associations: now("rert.dicom.associations", "{association}", "DICOM associations that are open"),
            associations_ended: count(
                "rert.dicom.associations.ended",
                "{association}",
                "DICOM associations that ended, by how they ended",
            ),
            turned_away: count(
                "rert.dicom.turned_away",
                "{connection}",
                "Connections of DICOM systems turned away",
            ),
            object_duration: seconds(
                "rert.dicom.object.duration",
                "Time from an object that arrived by C-STORE to its answer, by the status of the answer",
                &REQUESTS,
            ),
        }
    }

    /// A request begins to be answered.
    pub fn request_began(&self, method: &'static str) {
        self.active_requests.add(1, &[KeyValue::new("http.request.method", method)]);
    }

    /// A request was answered, or given up.
    pub fn request_ended(&self, method: &'static str, answered: Option<(String, u16)>, took: Duration) {
        let method = KeyValue::new("http.request.method", method);
        self.active_requests.add(-1, std::slice::from_ref(&method));
        if let Some((route, status)) = answered {
            let status = KeyValue::new("http.response.status_code", i64::from(status));
            self.request_duration
                .record(took.as_secs_f64(), &[method, KeyValue::new("http.route", route), status]);
        }
    }

    /// A job ended.
    pub fn job_ended(&self, kind: &'static str, state: &'static str, took: Duration) {
        let about = [KeyValue::new("rert.job.kind", kind), KeyValue::new("rert.job.state", state)];
        self.job_duration.record(took.as_secs_f64(), &about);
    }

    /// A DICOM association began.
    pub fn association_began(&self) {
        self.associations.add(1, &[]);
    }

    /// A DICOM association ended.
    pub fn association_ended(&self, how: &'static str) {
        self.associations.add(-1, &[]);
        self.associations_ended.add(1, &[KeyValue::new("rert.dicom.end", how)]);
    }

    /// Somebody was turned away.
    pub fn turned_away(&self) {
        self.turned_away.add(1, &[]);
    }

    /// An object was answered.
    pub fn object_answered(&self, status: &'static str, took: Duration) {
        self.object_duration.record(took.as_secs_f64(), &[KeyValue::new("rert.dicom.status", status)]);
    }
}
