-- Search: the index has every term once for the whole time and once for the week in which the event starts, so that the
-- soonest matches are found without touching the later ones. The index itself takes minutes over many events: whoever
-- works builds it with the documents, at once, because they count as not built from here on; until then lists come from
-- the catalog. Older code need not stop, but searches slowly once its index is gone.

create function search_terms_by_week(terms tsvector, starts_at timestamptz) returns tsvector
  language sql immutable parallel safe
  -- So that the planner does not prefer to call it for every row, and does not compile for the mere thought of it.
  cost 100
as $$
  select array_to_tsvector(a || string_to_array(array_to_string(a, s || chr(31)) || s, chr(31)))
    from (select tsvector_to_array(terms),
                 -- Weeks since 1800 in four hexadecimal digits; the same as in src/features/search/postgres/weeks.ts.
                 '@' || lpad(to_hex(greatest(0, least(16383,
                   floor(extract(epoch from starts_at - timestamptz '1800-01-01 00:00:00+00') / 604800)::int))), 4, '0')
         ) as t(a, s)
$$;

update search_state set built_at = null;
