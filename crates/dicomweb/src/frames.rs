//! The frames of an object whose pixels are not compressed.

use std::borrow::Cow;

use dicom::parse::Parsed;
use dicom_core::Tag;
use dicom_dictionary_std::tags;

/// Why there is no such frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// No pixels at all.
    #[error("reading frames: the object has no pixel data")]
    NoPixels,
    /// Pixels that would have to be decoded.
    #[error("reading frames: the pixel data are compressed; fetch the instance as it is")]
    Compressed,
    /// Rows, columns and bits do not tell where frames begin.
    #[error("reading frames: rows, columns, samples and bits do not agree with the length of the pixel data")]
    Size,
    /// A frame of another number.
    #[error("reading frames: there is no frame {number}; there are {n}")]
    Missing {
        /// The one that was asked for, from 1.
        number: usize,
        /// How many there are.
        n: usize,
    },
}

/// The frames of an object.
pub struct Frames<'a> {
    pixels: Cow<'a, [u8]>,
    n_bytes: usize,
    n: usize,
}

/// The pixel bytes with the low byte of each number first; nothing where they are compressed or missing.
pub(crate) fn little_endian(parsed: &Parsed) -> Option<Cow<'_, [u8]>> {
    let pixels = parsed.native_pixels()?;
    let width = match count(parsed, tags::BITS_ALLOCATED) {
        Some(16) => 2,
        Some(32) => 4,
        _ => 1,
    };
    if !parsed.encoding.big_endian || width == 1 {
        return Some(Cow::Borrowed(pixels));
    }
    let mut turned = pixels.to_vec();
    turned.chunks_exact_mut(width).for_each(<[u8]>::reverse);
    Some(Cow::Owned(turned))
}

impl<'a> Frames<'a> {
    /// Of an object.
    ///
    /// # Errors
    /// When it has none, they are compressed, or their size is not known.
    pub fn of(parsed: &'a Parsed) -> Result<Self, FrameError> {
        if !parsed.has_pixels() {
            return Err(FrameError::NoPixels);
        }
        let pixels = little_endian(parsed).ok_or(FrameError::Compressed)?;
        let number = |tag| count(parsed, tag).ok_or(FrameError::Size);
        let samples = count(parsed, tags::SAMPLES_PER_PIXEL).unwrap_or(1);
        let n = count(parsed, tags::NUMBER_OF_FRAMES).unwrap_or(1) as usize;
        let factors = [number(tags::ROWS)?, number(tags::COLUMNS)?, samples, number(tags::BITS_ALLOCATED)?];
        let n_bits = factors.into_iter().try_fold(1_u64, |product, factor| product.checked_mul(factor));
        // Frames of single bits may begin within a byte.
        let n_bits = n_bits.filter(|n_bits| *n_bits > 0 && n_bits.is_multiple_of(8)).ok_or(FrameError::Size)?;
        let n_bytes = usize::try_from(n_bits / 8).map_err(|_| FrameError::Size)?;
        let needed = n_bytes.checked_mul(n).ok_or(FrameError::Size)?;
        if n == 0 || needed > pixels.len() {
            return Err(FrameError::Size);
        }
        Ok(Self { pixels, n_bytes, n })
    }

    /// One frame by its number from 1.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn frame(&self, number: usize) -> Result<&[u8], FrameError> {
        let missing = FrameError::Missing { number, n: self.n };
        let index = number.checked_sub(1).filter(|index| *index < self.n).ok_or(missing)?;
        self.pixels.get(index * self.n_bytes..(index + 1) * self.n_bytes).ok_or(missing)
    }
}

fn count(parsed: &Parsed, tag: Tag) -> Option<u64> {
    parsed.object.element_opt(tag).ok().flatten()?.to_int::<u64>().ok()
}
