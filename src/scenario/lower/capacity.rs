//! What EC2 has available.

use super::{
    super::{
        Code,
        keys::{CapacityKey, FARGATE_SPOT, MARKET},
        reader::Draft,
        shape::Fields,
        tree::Kind,
        value,
    },
    Lower,
    asked::Asked,
};
use crate::{
    action::{Request, RoomIn, SetCapacity, SetFargateSpot},
    script::Act,
    world::{Market, Pool},
};

impl Lower<'_> {
    /// `capacity`.
    pub(super) fn set_capacity(&mut self, asked: &Asked<'_, '_>) -> Option<Act> {
        let keys = CapacityKey::CAPACITY;
        let field = asked.field;
        let options = self.reader.fields(field.value, keys, "a mapping");
        let of = options
            .as_ref()
            .and_then(|options| options.get(CapacityKey::Type));
        if matches!(of.map(|node| node.kind), Some(Kind::Scalar(text)) if FARGATE_SPOT.contains(&text))
        {
            let fields = options.as_ref()?;
            self.reader
                .lacks(fields, keys, &[(CapacityKey::Available, "any")]);
            let available = fields.get(CapacityKey::Available)?;
            let text = self.reader.text(available, "0 or `any`")?;
            return Some(super::actions::act(SetFargateSpot::new(text != "0")));
        }
        let (mut zone, mut instance_type, mut available, mut group) = (None, None, None, None);
        let mut market = Some(Market::OnDemand);
        for option in options.iter().flat_map(Fields::iter) {
            let node = option.value;
            match option.key {
                CapacityKey::Zone => zone = self.zone(node),
                CapacityKey::Type => instance_type = self.instance_type(node),
                CapacityKey::PlacementGroup => group = Some(self.group_named(node)),
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
        let needed: &[_] = if group.is_some() {
            &[
                (CapacityKey::Zone, "us-east-1a"),
                (CapacityKey::Available, "0"),
            ]
        } else {
            &[
                (CapacityKey::Zone, "us-east-1a"),
                (CapacityKey::Type, "m5.large"),
                (CapacityKey::Available, "0"),
            ]
        };
        if options.is_some() {
            self.reader.needs(field, options.as_ref(), keys, needed);
        }
        let room = match group {
            None => RoomIn::Pool(Pool {
                instance_type: instance_type?,
                zone: zone?,
                market: market?,
            }),
            Some(group) => {
                for other in [CapacityKey::Type, CapacityKey::Market] {
                    let other = options.as_ref().and_then(|options| options.field(other));
                    if let Some(other) = other {
                        self.reader.report(Code::Exclusive, other.at, || {
                            Draft::new(format!("a placement group has no `{}`", other.name))
                                .label("not expected beside `placement-group`")
                        });
                    }
                }
                RoomIn::Group(group?, zone?)
            }
        };
        let request: Request<_> = SetCapacity::new(room, available?).into();
        Some(request.into())
    }
}
