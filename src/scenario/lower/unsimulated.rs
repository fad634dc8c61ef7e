//! What the language knows and the simulator doesn't do yet. It is read like everything else, so that its other mistakes
//! are told as well; and it is never passed over in silence.

use super::{
    super::{
        keys::{MONITORING, Monitoring},
        shape::Field,
    },
    Lower,
};

impl Lower<'_> {
    /// `monitoring` of an instance or of `modify`. Answers whether it is the plain case: the basic one.
    pub(super) fn monitoring<K: Copy>(&mut self, field: Field<'_, '_, K>) -> bool {
        let what = "a kind of monitoring";
        match self.reader.word(field.value, MONITORING, what) {
            Some(Monitoring::Basic) => return true,
            Some(Monitoring::Detailed) => {
                self.reader.not_simulated(field.at, "detailed monitoring");
            }
            None => {}
        }
        false
    }
}
