//! What the language knows and the simulator doesn't do yet. It is read like everything else, so that its other mistakes
//! are told as well; and it is never passed over in silence.

use super::{
    super::{
        keys::{Keys, MONITORING, Monitoring, StepKey},
        shape::{Field, Fields},
        tree::Kind,
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

    /// Reports options that have to be there and aren't, each with an example.
    pub(super) fn needs<K: Copy + PartialEq>(
        &mut self,
        field: Field<'_, '_, StepKey>,
        options: Option<&Fields<'_, '_, K>>,
        keys: Keys<K>,
        needed: &[(K, &str)],
    ) {
        if options.is_none() && !matches!(field.value.kind, Kind::Scalar(_)) {
            return;
        }
        for &(key, example) in needed {
            if options.and_then(|options| options.get(key)).is_none() {
                let what = format!("`{}`", field.name);
                self.reader
                    .missing_key(field.at, &what, keys.name(key), example);
            }
        }
    }
}
