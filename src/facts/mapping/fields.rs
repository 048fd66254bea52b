//! What a mapping says of an entity and its fields, checked against the schema.

use super::convert::{Conversion, check_format, check_unit};
use super::read::{column, columns};
use super::{EntityMapping, FieldMapping, Said};
use crate::base::suggest::nearest;
use crate::facts::manifest::keys::{Reader, plain};
use crate::facts::manifest::node::{Entry, Mark, Node, Value};
use crate::facts::schema::{EntityId, Type};

const KEYS: &[&str] = &["format", "from", "is", "split", "unit", "words"];

/// Reads how a record becomes a row of an entity.
pub(super) fn entity(reader: &mut Reader<'_>, entry: &Entry, decimal_comma: bool) -> Option<EntityMapping> {
    let id = reader.kind(&entry.key, entry.mark)?;
    let schema = reader.schema;
    let entity = schema.entity(id);
    let Value::Map(entries) = &entry.value.value else {
        reader.wrong(&entry.key, &entry.value, "its fields with their columns, such as `id: Session ID`");
        return None;
    };
    if let Some(parent) = entity.parent {
        let outer = &schema.entity(parent.list.entity).name;
        let message = format!("a `{}` stands inside a `{outer}` and cannot be mapped", entity.name);
        reader.error("E1406", entry.mark, message, "write these rows in the project's own format");
        return None;
    }
    let mut mapping = EntityMapping { entity: id, when: Vec::new(), key: entity.key, fields: Vec::new() };
    for (i, cell) in entries.iter().enumerate() {
        if entries.iter().take(i).any(|before| before.key == cell.key) {
            reader.error("E1404", cell.mark, format!("`{}` is written twice", cell.key), "keep one of them");
        } else if cell.key == "when" {
            when(reader, &cell.value, &mut mapping);
        } else {
            mapping.fields.extend(field(reader, id, cell, decimal_comma));
        }
    }
    if let Some(key) = entity.key
        && !entries.iter().any(|cell| entity.field_named(&cell.key) == Some(key))
    {
        let key = entity.fields.get(key.0 as usize).map_or("", |field| field.name.as_str());
        let message = format!("a `{}` is known by its `{key}`, which the mapping does not fill", entity.name);
        let help = format!("add `{key}: …`; of several columns it may be made by `{key}: {{from: [Job, Start Time]}}`");
        reader.error("E1405", entry.mark, message, &help);
    }
    Some(mapping)
}

fn when(reader: &mut Reader<'_>, node: &Node, mapping: &mut EntityMapping) {
    let Value::Map(entries) = &node.value else {
        return reader.wrong("when", node, "columns with the words of which they hold one, such as `{Type: [Backup]}`");
    };
    for entry in entries {
        let words = columns(reader, &entry.key, &entry.value);
        let column = super::Column { name: entry.key.clone(), place: reader.place(entry.mark) };
        mapping.when.push((column, words));
    }
}

fn field(reader: &mut Reader<'_>, entity: EntityId, entry: &Entry, decimal_comma: bool) -> Option<FieldMapping> {
    let schema = reader.schema;
    let declared = schema.entity(entity);
    let Some(id) = declared.field_named(&entry.key) else {
        let names = declared.fields.iter().map(|field| field.name.as_str());
        let help = match nearest(&entry.key, names.chain(["when"])) {
            Some(near) => format!("did you mean `{near}`"),
            None => format!("`backproof schema` lists the fields of `{}`", declared.name),
        };
        reader.error("E1402", entry.mark, format!("a `{}` has no field `{}`", declared.name, entry.key), &help);
        return None;
    };
    let name = format!("{}.{}", declared.name, entry.key);
    let ty = &declared.fields.get(id.0 as usize)?.ty;
    let inner = match ty {
        Type::Set(inner) => inner,
        ty => ty,
    };
    if matches!(inner, Type::List(_) | Type::Rows(_) | Type::Periods | Type::Set(_)) {
        let message = format!("`{name}` holds rows and cannot be mapped");
        reader.error("E1406", entry.mark, message, "write these rows in the project's own format");
        return None;
    }
    let mut conversion = Conversion { ty: inner.clone(), unit: None, format: None, decimal_comma };
    let said = match (&entry.value.value, inner) {
        (Value::Map(labels), Type::Map { .. }) => labelled(reader, labels),
        (_, Type::Map { .. }) => {
            reader.wrong(&name, &entry.value, "its keys with their columns, such as `{site: Location}`");
            return None;
        }
        (Value::Map(keys), _) => cell(reader, &name, (&entry.value, keys), ty, &mut conversion)?,
        _ => Said::Columns { from: columns(reader, &name, &entry.value), words: None, split: None },
    };
    if let Said::Columns { from, .. } = &said
        && from.len() > 1
        && !matches!(ty, Type::Set(_) | Type::Text | Type::Row(_))
    {
        reader.error(
            "E1403",
            entry.value.mark,
            format!("`{name}` is of several columns"),
            "name one: only texts, keys and sets are made of several",
        );
    }
    Some(FieldMapping {
        field: id,
        name,
        place: reader.place(entry.mark),
        said,
        set: matches!(ty, Type::Set(_)),
        conversion,
    })
}

fn labelled(reader: &mut Reader<'_>, labels: &[Entry]) -> Said {
    let read = labels.iter().filter_map(|label| Some((label.key.clone(), column(reader, &label.key, &label.value)?)));
    Said::Labels(read.collect())
}

/// The long form: `{from: …, unit: …}` or `{is: …}`.
fn cell(
    reader: &mut Reader<'_>,
    name: &str,
    (node, keys): (&Node, &[Entry]),
    ty: &Type,
    conversion: &mut Conversion,
) -> Option<Said> {
    reader.check_keys(keys, KEYS);
    let find = |key: &str| keys.iter().find(|entry| entry.key == key).map(|entry| &entry.value);
    if let Some(always) = find("is") {
        if keys.len() > 1 {
            reader.error(
                "E1403",
                node.mark,
                format!("`{name}` is said by `is` and by more"),
                "a constant stands alone",
            );
        }
        let text = plain(always).map(str::to_owned);
        return match text {
            Some(text) => fits(reader, name, &text, always.mark, conversion).then_some(Said::Always(text)),
            None => {
                reader.wrong("is", always, "one value of the field");
                None
            }
        };
    }
    let Some(from) = find("from") else {
        reader.error(
            "E1405",
            node.mark,
            format!("`{name}` has no `from`"),
            "write `from:` with a column, or `is:` with a value",
        );
        return None;
    };
    let from = columns(reader, "from", from);
    if let Some(unit) = find("unit")
        && let Some(text) = reader.text("unit", unit)
    {
        match check_unit(&conversion.ty, &text) {
            Ok(()) => conversion.unit = Some(text),
            Err(wrong) => {
                reader.error(
                    "E1408",
                    unit.mark,
                    format!("`{text}` is no unit of `{name}`: {}", wrong.why),
                    &wrong.help,
                );
            }
        }
    }
    if let Some(format) = find("format")
        && let Some(text) = reader.text("format", format)
    {
        match check_format(&conversion.ty, &text) {
            Ok(()) => conversion.format = Some(text),
            Err(wrong) => {
                let message = format!("`{text}` is no format of `{name}`: {}", wrong.why);
                reader.error("E1409", format.mark, message, &wrong.help);
            }
        }
    }
    let words = find("words").and_then(|node| words(reader, name, node, conversion));
    let split = find("split").and_then(|node| match plain(node).filter(|text| !text.is_empty()) {
        Some(text) if matches!(ty, Type::Set(_)) => Some(text.to_owned()),
        Some(_) => {
            reader.error("E1403", node.mark, format!("`{name}` is no set and cannot be split"), "take `split` out");
            None
        }
        None => {
            reader.wrong("split", node, "what stands between the elements, such as `\",\"`");
            None
        }
    });
    Some(Said::Columns { from, words, split })
}

fn words(reader: &mut Reader<'_>, name: &str, node: &Node, conversion: &Conversion) -> Option<Vec<(String, String)>> {
    let Value::Map(entries) = &node.value else {
        reader.wrong("words", node, "native words with what they stand for, such as `{Success: success}`");
        return None;
    };
    let mut words: Vec<(String, String)> = Vec::new();
    for entry in entries {
        if words.iter().any(|(word, _)| *word == entry.key) {
            reader.error("E1404", entry.mark, format!("`{}` is written twice", entry.key), "keep one of them");
            continue;
        }
        match plain(&entry.value).map(str::to_owned) {
            Some(text) => {
                if fits(reader, name, &text, entry.value.mark, conversion) {
                    words.push((entry.key.clone(), text));
                }
            }
            None => reader.wrong(&entry.key, &entry.value, "one value of the field"),
        }
    }
    Some(words)
}

/// Whether a text is a value of the field; reports it otherwise.
fn fits(reader: &mut Reader<'_>, name: &str, text: &str, mark: Mark, conversion: &Conversion) -> bool {
    match conversion.of_literals().convert(reader.schema, None, text) {
        Ok(_) => true,
        Err(wrong) => {
            reader.error("E1407", mark, format!("`{text}` is no value of `{name}`: {}", wrong.why), &wrong.help);
            false
        }
    }
}
