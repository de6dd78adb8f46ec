//! Why a report cannot be written.

/// Why a report cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The result cannot be written as JSON.
    #[error("writing the assessment as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A raster cannot be written as PNG.
    #[error("drawing a dose picture: the raster cannot be written as PNG: {0}")]
    Png(#[from] png::EncodingError),
    /// A plane whose pixels do not fill its raster.
    #[error(
        "drawing the {plane} dose picture: {columns} x {rows} pixels were announced, but there are {image} of the image and {dose} of the dose"
    )]
    Plane {
        /// Which plane.
        plane: &'static str,
        /// Number of columns.
        columns: usize,
        /// Number of rows.
        rows: usize,
        /// Number of pixels of the image.
        image: usize,
        /// Number of pixels of the dose.
        dose: usize,
    },
    /// The texts of the patient page that are part of the program cannot be read.
    #[error("writing the patient page: the built-in texts cannot be read")]
    Words,
    /// The fonts that are part of the program cannot be read.
    #[error("setting the text of the report: the built-in fonts cannot be read")]
    Font,
    /// A DICOM object cannot be written.
    #[error("{0}")]
    Dicom(dicom::WriteError),
    /// The file system refuses.
    #[error("writing the results: {0}")]
    File(std::io::ErrorKind),
    /// The pages cannot be written.
    #[error("writing the report as PDF: {0}")]
    Pdf(String),
}
