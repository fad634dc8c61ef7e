//! What a replay looks like from outside: the timeline for people, JSON for programs.
//!
//! Every report is a view of the same records in the same order; none computes anything of its own. So a journal that is read
//! back ([`Journals`]) gives the same ones.

pub(crate) mod causes;
mod csv;
mod event;
mod eventbridge;
mod finish;
mod focus;
#[cfg(feature = "parquet")]
mod focus_parquet;
mod html;
mod journal;
mod json;
mod lines;
mod money;
#[cfg(feature = "live")]
mod play;
mod text;
mod timeline;

pub use csv::LedgerCsv;
pub use event::EventView;
pub use eventbridge::EventBridge;
pub use focus::{Broken, Focus, FocusError};
#[cfg(feature = "parquet")]
pub use focus_parquet::FocusParquet;
pub use html::{Entry, Index, Page, Side, Versus};
pub use journal::{JournalError, JournalHead, Journals, MergeJournalsError, merge_journals};
pub use json::{Document, Rounding, Standing};
pub use lines::JsonLines;
#[cfg(feature = "live")]
pub use play::{Play, PlayLine, PlayMeter, PlayRow};
pub use timeline::{Look, Timeline, Times, Verbosity, write_bill, write_legend};
