-- What a later stream needs of a report it is compared with: totals, course and length of the show, compressed. It stands
-- beside the report, a tenth of its size, so that a seal and the live board unpack no report. Of a report that is older than
-- this table it is written when it is first needed.

CREATE TABLE report_course (
    report INTEGER PRIMARY KEY REFERENCES report (number),
    course BLOB    NOT NULL
);
