//! C-STORE as the one who receives: the data set goes to disk as it arrives.

use std::path::Path;

use tempfile::{Builder, TempPath};
use tokio::fs::File;
use tokio::io::{AsyncWriteExt, BufWriter};

use crate::association::Association;
use crate::command::{Request, uid};
use crate::file_meta;
use crate::{Fault, Incoming, Receiver, Reference, StoreStatus, Uid};

/// How files are called while they arrive; nothing in a name comes from the sender.
pub(crate) const PART_PREFIX: &str = "arriving-";
pub(crate) const PART_SUFFIX: &str = ".part";
/// Pieces are gathered before they are written.
const BUFFER: usize = 256 << 10;
/// Whoever keeps what arrives is asked for room after so many bytes.
const LOOK_FOR_ROOM_EVERY: u64 = 16 << 20;

/// Where objects of an association go.
pub(crate) struct Sink<'a, R> {
    pub(crate) receiver: &'a R,
    pub(crate) folder: &'a Path,
    pub(crate) number: u64,
}

/// Receives the object that a request announces, hands it over and answers.
///
/// # Errors
/// When the association cannot go on. What arrived of the object is gone then.
pub(crate) async fn receive_object<R: Receiver>(
    association: &mut Association,
    context: u8,
    request: &Request,
    sink: &Sink<'_, R>,
) -> Result<StoreStatus, Fault> {
    if !request.has_data {
        return Err(Fault::Malformed("an object without a data set"));
    }
    let stated = stated(association, context, request);
    let mut answer = request.answer(0);
    if stated == Err(StoreStatus::InvalidInstance) {
        // Nobody gets back what is not even a UID.
        answer.instance = None;
    }
    let status = match stated {
        Ok(object) => {
            let arriving = Arriving::create(association, context, object, sink).await;
            fetch(association, context, request, arriving, sink).await?
        }
        Err(status) => {
            fetch(association, context, request, Err(status), sink).await?;
            status
        }
    };
    answer.status = status.code();
    association.answer(context, &answer).await?;
    Ok(status)
}

/// What the command says is coming, or what is wrong with that.
fn stated(association: &Association, context: u8, request: &Request) -> Result<Reference, StoreStatus> {
    let agreed = association.context(context).map(|context| context.abstract_syntax.as_str());
    let class = uid(Some(&request.class)).filter(|class| Some(class.as_str()) == agreed);
    let class = class.ok_or(StoreStatus::ClassNotSupported)?;
    let instance = uid(request.instance.as_ref()).ok_or(StoreStatus::InvalidInstance)?;
    Ok(Reference { class, instance })
}

/// Takes the data set to its end, to disk as long as that goes well, and hands it over.
async fn fetch<R: Receiver>(
    association: &mut Association,
    context: u8,
    request: &Request,
    mut arriving: Result<Arriving, StoreStatus>,
    sink: &Sink<'_, R>,
) -> Result<StoreStatus, Fault> {
    let at_most = association.limits().object_bytes;
    let (mut n_bytes, mut next_look) = (0, 0);
    loop {
        let (piece, is_last) = association.data_piece(context).await?;
        n_bytes += piece.len() as u64;
        if n_bytes > at_most {
            return Err(Fault::TooLarge(at_most));
        }
        if let Ok(file) = &mut arriving {
            let is_asked = n_bytes >= next_look;
            let written = if is_asked && !sink.receiver.has_room() {
                Err(StoreStatus::OutOfResources)
            } else {
                file.write(piece).await
            };
            if is_asked {
                next_look = n_bytes + LOOK_FOR_ROOM_EVERY;
            }
            if let Err(status) = written {
                // The rest is read and thrown away, so that the sender gets its answer.
                arriving = Err(status);
            }
        }
        if is_last {
            break;
        }
    }
    let incoming = match arriving {
        Ok(arriving) => arriving.complete(association, request, sink.number).await,
        Err(status) => Err(status),
    };
    match incoming {
        Ok(incoming) => Ok(sink.receiver.store(incoming).await),
        Err(status) => Ok(status),
    }
}

/// A file that is being written.
struct Arriving {
    object: Reference,
    transfer_syntax: Uid,
    writer: BufWriter<File>,
    file: TempPath,
    n_bytes: u64,
}

impl Arriving {
    async fn create<R>(
        association: &Association,
        context: u8,
        object: Reference,
        sink: &Sink<'_, R>,
    ) -> Result<Self, StoreStatus> {
        let spoken = association.context(context).map_or("", |context| &context.transfer_syntax);
        let transfer_syntax = Uid::new(spoken).map_err(|_| StoreStatus::CannotUnderstand)?;
        let created = Builder::new().prefix(PART_PREFIX).suffix(PART_SUFFIX).tempfile_in(sink.folder);
        let (file, path) = created.map_err(|_| StoreStatus::OutOfResources)?.into_parts();
        let mut file = File::from_std(file);
        file.set_max_buf_size(BUFFER);
        let writer = BufWriter::with_capacity(BUFFER, file);
        let beginning = file_meta::beginning(&object, spoken, association.peer());
        let mut arriving = Self { object, transfer_syntax, writer, file: path, n_bytes: 0 };
        arriving.write(&beginning).await?;
        Ok(arriving)
    }

    /// A full disk and a failing one are the same to the sender: it must try again later.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), StoreStatus> {
        self.n_bytes += bytes.len() as u64;
        self.writer.write_all(bytes).await.map_err(|_| StoreStatus::OutOfResources)
    }

    async fn complete(
        mut self,
        association: &Association,
        request: &Request,
        number: u64,
    ) -> Result<Incoming, StoreStatus> {
        // Errors of writing in the background come out here at the latest.
        self.writer.flush().await.map_err(|_| StoreStatus::OutOfResources)?;
        drop(self.writer.into_inner());
        Ok(Incoming {
            association: number,
            calling_ae: association.peer().clone(),
            class: self.object.class,
            instance: self.object.instance,
            transfer_syntax: self.transfer_syntax,
            move_originator: request.originator.clone(),
            n_bytes: self.n_bytes,
            file: self.file,
        })
    }
}
