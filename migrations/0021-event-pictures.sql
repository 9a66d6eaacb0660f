-- Pictures of events, in the catalog's set. Older code need not stop: it goes on drawing posters.
-- `picture` names files of the media store ({"hash", "width", "height", "widths", "alt"}); null: a poster is drawn.
-- `picture_from` says where that stands: 'upload', or the image_url that was fetched, was refused or whose picture was
-- taken away, so that none of it is asked for again; null: nothing has been tried yet.
alter table events
  add column picture      jsonb,
  add column picture_from text;
