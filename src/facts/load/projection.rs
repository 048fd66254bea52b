//! Which cells are read and which inverses are built. Keys, relations, own times and whatever a derivation starts from
//! are always read: the loader needs them itself.

use crate::facts::schema::{Derivation, EntityId, FieldRef, InverseId, Schema, Type};

/// What the plan wants of the facts.
#[derive(Debug, Clone)]
pub struct Projection {
    fields: Vec<Vec<bool>>,
    inverses: Vec<Vec<bool>>,
    /// Whether all is read for its own sake, and nothing asked for.
    whole: bool,
    /// By entity: whether its keys are only told from each other and shown.
    own_keys: Vec<bool>,
}

impl Projection {
    /// Every cell and every inverse.
    pub fn everything(schema: &Schema) -> Projection {
        Projection {
            fields: schema.entities.iter().map(|e| vec![true; e.fields.len()]).collect(),
            inverses: schema.entities.iter().map(|e| vec![true; e.inverses.len()]).collect(),
            whole: true,
            own_keys: vec![false; schema.entities.len()],
        }
    }

    /// The cells of `reads`, the inverses of `walks` and what these need.
    pub fn of(schema: &Schema, reads: &[FieldRef], walks: &[(EntityId, InverseId)]) -> Projection {
        let mut wanted = Projection {
            fields: schema.entities.iter().map(|e| vec![false; e.fields.len()]).collect(),
            inverses: schema.entities.iter().map(|e| vec![false; e.inverses.len()]).collect(),
            whole: false,
            own_keys: vec![true; schema.entities.len()],
        };
        for (entity, declared) in schema.entities() {
            for (field, declared_field) in declared.fields() {
                let target = match &declared_field.ty {
                    Type::Row(target) => Some(*target),
                    Type::Set(of) | Type::List(of) => match **of {
                        Type::Row(target) => Some(target),
                        _ => None,
                    },
                    _ => None,
                };
                if let Some(own) = target.and_then(|target| wanted.own_keys.get_mut(target.0 as usize)) {
                    *own = false;
                }
                if target.is_some() || declared.occurs.contains(&field) {
                    wanted.want(schema, FieldRef { entity, field });
                }
            }
        }
        for read in reads {
            wanted.want(schema, *read);
        }
        for (entity, inverse) in walks {
            if let Some(walked) = wanted.inverses.get_mut(entity.0 as usize).and_then(|i| i.get_mut(inverse.0 as usize))
            {
                *walked = true;
            }
            if let Some(declared) = schema.entity(*entity).inverses.get(inverse.0 as usize) {
                wanted.want(schema, declared.by);
            }
        }
        for (entity, declared) in schema.entities() {
            let Some(key) = declared.key else { continue };
            let at = FieldRef { entity, field: key };
            let plain = schema.field(at);
            let bare = plain.ty == Type::Text && plain.derived.is_empty() && plain.default.is_none();
            let own = bare && !wanted.reads(at);
            if let Some(place) = wanted.own_keys.get_mut(entity.0 as usize) {
                *place &= own;
            }
            wanted.want(schema, at);
        }
        wanted
    }

    /// Whether the keys of `entity` are only told from each other and shown: nothing refers to them or compares them.
    pub(super) fn has_own_keys(&self, entity: EntityId) -> bool {
        self.own_keys.get(entity.0 as usize).copied().unwrap_or(false)
    }

    /// Whether the cells of a field are read.
    pub fn reads(&self, at: FieldRef) -> bool {
        self.fields.get(at.entity.0 as usize).and_then(|f| f.get(at.field.0 as usize)).copied().unwrap_or(false)
    }

    /// Whether an inverse is built.
    pub fn walks(&self, entity: EntityId, inverse: InverseId) -> bool {
        self.inverses.get(entity.0 as usize).and_then(|i| i.get(inverse.0 as usize)).copied().unwrap_or(false)
    }

    /// Whether a plan walks an inverse, so that rows without an owner are missed there.
    pub fn asks_for(&self, entity: EntityId, inverse: InverseId) -> bool {
        !self.whole && self.walks(entity, inverse)
    }

    fn want(&mut self, schema: &Schema, at: FieldRef) {
        let Some(wanted) = self.fields.get_mut(at.entity.0 as usize).and_then(|f| f.get_mut(at.field.0 as usize))
        else {
            return;
        };
        if std::mem::replace(wanted, true) {
            return;
        }
        let here = |field| FieldRef { entity: at.entity, field };
        for derivation in &schema.field(at).derived {
            match derivation {
                Derivation::Field(from) | Derivation::Kind(from) => self.want(schema, here(*from)),
                Derivation::Difference(a, b) => {
                    self.want(schema, here(*a));
                    self.want(schema, here(*b));
                }
                Derivation::Through(relation, field) => {
                    self.want(schema, here(*relation));
                    if let Type::Row(entity) = schema.field(here(*relation)).ty {
                        self.want(schema, FieldRef { entity, field: *field });
                    }
                }
            }
        }
    }
}
