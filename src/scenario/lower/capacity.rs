//! What EC2 has available.

use super::{
    super::{
        Code,
        keys::{CapacityKey, MARKET},
        shape::Fields,
        value,
    },
    Lower,
    asked::Asked,
};
use crate::{
    action::{Request, SetCapacity},
    script::Act,
    world::{Market, Pool},
};

impl Lower<'_> {
    /// `capacity`.
    pub(super) fn set_capacity(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let keys = CapacityKey::CAPACITY;
        let field = asked.field;
        let options = self.reader.fields(field.value, keys, "a mapping");
        let (mut zone, mut instance_type, mut available) = (None, None, None);
        let mut market = Some(Market::OnDemand);
        for option in options.iter().flat_map(Fields::iter) {
            let node = option.value;
            match option.key {
                CapacityKey::Zone => zone = self.zone(node),
                CapacityKey::Type => instance_type = self.instance_type(node),
                CapacityKey::Market => market = self.reader.word(node, MARKET, "a market"),
                CapacityKey::Available => {
                    let what = "a whole number or `any`";
                    available = self.reader.parsed(node, Code::BadNumber, what, |text| {
                        if text == "any" {
                            return Ok(None);
                        }
                        value::whole(text, 0, u64::MAX).map(Some)
                    });
                }
            }
        }
        let needed = [
            (CapacityKey::Zone, "us-east-1a"),
            (CapacityKey::Type, "m5.large"),
            (CapacityKey::Available, "0"),
        ];
        self.needs(field, options.as_ref(), keys, &needed);
        let pool = Pool {
            instance_type: instance_type?,
            zone: zone?,
            market: market?,
        };
        let request: Request<_> = SetCapacity::new(pool, available?).into();
        Some(request.into())
    }
}
