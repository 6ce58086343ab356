package models

import "time"

// AuditVerdict is what was found of one chain of audit entries.
type AuditVerdict struct {
	Organization string // its identifier; empty: the entries of the installation itself
	Entries      int64  // how many were read
	First, Last  int64  // the numbers of the first and the last that should be there
	End          []byte // the hash of the last
	Checkpoints  int    // how many signed statements were compared
	Flaw         *AuditFlaw
}

// AuditFlaw is the first entry that is not as it was written.
type AuditFlaw struct {
	Seq int64     // its number
	ID  string    // its key; empty: there is no such entry
	At  time.Time // what it says of its time
	Why string    // in a sentence
}

// AuditMark is an entry's number and hash, written down somewhere else: what shows that a whole log was not put back to an earlier state.
type AuditMark struct {
	Seq  int64
	Hash []byte
}
