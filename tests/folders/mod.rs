//! Folders as their writers left them: partition folders, table formats, spellings, damaged members.

mod changing;
mod damaged_files;
mod left_out;
mod null_partitions;
mod parts;
mod spellings;
mod table_formats;
