package store

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"gatehouse/models"
)

// What is refused is told in the audit log by one worker of the process, not by the request: whoever tries a thousand times a second neither
// waits for the end of a chain nor keeps others waiting for it, and how long an answer takes tells nothing. See ADR 0022.
const (
	refusedWindow = 15 * time.Minute // the first of a kind is told at once, the others together when this is over
	refusedApart  = 20               // so many sources, pages and reasons of one account are told apart
	refusedEach   = 200              // so many entries of one log; what goes beyond is told as one number
	refusedHeld   = 10_000           // so many kinds at a time
	refusedWait   = 10 * time.Second // for the database
)

// refusedKind is what is counted together.
type refusedKind struct{ log, account, source, what, action string }

// wide is the kind without what is told apart within one account, widest also without the account.
func (k refusedKind) wide() refusedKind   { k.source, k.what = "", ""; return k }
func (k refusedKind) widest() refusedKind { return refusedKind{log: k.log, action: k.action} }

// refusedCount are the tries of a kind that have not been told.
type refusedCount struct {
	last   models.RefusedTry
	window time.Time // when it began
	first  time.Time // of those
	times  int
	waits  bool // for the worker
	told   bool // once in this window
	over   bool // it is forgotten once told
}

// refusals are what was refused and is to be told.
type refusals struct {
	mu      sync.Mutex
	counts  map[refusedKind]*refusedCount
	apart   map[refusedKind]int // by wide kind: how many kinds
	written map[string]int      // entries of this window, by log
	since   time.Time           // when that window began
	queue   []refusedKind
	working chan struct{} // closed when the worker has nothing left; nil: none works
	closed  bool
	totals  map[string]int
	work    func() // the worker: no request's context is its own
	stop    context.CancelFunc
	ctx     context.Context //nolint:containedctx // of the worker, which no request waits for
}

func newRefusals(s *Store) *refusals {
	r := &refusals{counts: map[refusedKind]*refusedCount{}, apart: map[refusedKind]int{}, written: map[string]int{}, totals: map[string]int{}, work: s.tellRefused}
	r.ctx, r.stop = context.WithCancel(context.Background())
	return r
}

// Refused takes note of a refused try; it never waits.
func (s *Store) Refused(try models.RefusedTry) {
	account := try.AccountID
	if account == "" {
		account = models.NormEmail(try.Email)
	}
	kind := refusedKind{log: try.Organization, account: account, source: try.Source, what: try.What, action: string(try.Entry.Action)}
	s.refusals.mu.Lock()
	defer s.refusals.mu.Unlock()
	s.refusals.totals[kind.action]++
	s.count(kind, try, 1, s.now())
}

// RefusedCounted is Refused for a try that was counted, and locks the account for its source for so long; 0: it does not.
func (s *Store) RefusedCounted(try models.RefusedTry, lock time.Duration) {
	s.Refused(try)
	if lock > 0 {
		s.Refused(try.Locked(lock))
	}
}

// count adds tries to what is to be told; the lock is held.
func (s *Store) count(kind refusedKind, try models.RefusedTry, times int, now time.Time) {
	r := s.refusals
	if r.closed {
		return
	}
	if r.counts[kind] == nil && kind != kind.widest() {
		if r.apart[kind.wide()] >= refusedApart {
			kind = kind.wide()
		}
		if len(r.counts) >= refusedHeld {
			kind = kind.widest()
		}
	}
	c := r.counts[kind]
	if c == nil {
		c = &refusedCount{window: now}
		r.counts[kind] = c
		r.apart[kind.wide()]++
	}
	if now.Sub(c.window) >= refusedWindow {
		c.window, c.told = now, false
	}
	if c.times == 0 {
		c.first = now
	}
	c.last, c.times = try, c.times+times
	if !c.told {
		s.tellSoon(kind, c)
	}
}

// tellSoon gives a kind to the worker, and wakes it; the lock is held.
func (s *Store) tellSoon(kind refusedKind, c *refusedCount) {
	r := s.refusals
	if !c.waits {
		c.waits = true
		r.queue = append(r.queue, kind)
	}
	if r.working == nil {
		r.working = make(chan struct{})
		go r.work()
	}
}

// tellRefused is the worker: it tells what is due, and ends.
func (s *Store) tellRefused() {
	for {
		kind, c, ok := s.nextRefused()
		if !ok {
			return
		}
		ctx, cancel := context.WithTimeout(s.refusals.ctx, refusedWait)
		err := s.tell(ctx, kind, c)
		cancel()
		if err != nil {
			s.log.WarnContext(ctx, "a refusal is not in the audit log", "action", kind.action, "times", c.times, "error", err)
		}
	}
}

// nextRefused takes one kind with what is to be told of it.
func (s *Store) nextRefused() (refusedKind, refusedCount, bool) {
	r := s.refusals
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.queue) == 0 {
		close(r.working)
		r.working = nil
		return refusedKind{}, refusedCount{}, false
	}
	kind := r.queue[0]
	r.queue = r.queue[1:]
	c := r.counts[kind]
	taken := *c
	c.times, c.waits, c.told = 0, false, true
	if c.over {
		r.forget(kind)
	}
	return kind, taken, true
}

// forget lets go of a kind; the lock is held.
func (r *refusals) forget(kind refusedKind) {
	delete(r.counts, kind)
	if r.apart[kind.wide()]--; r.apart[kind.wide()] <= 0 {
		delete(r.apart, kind.wide())
	}
}

// tell writes the entries of a kind, each into a log that has room for it.
func (s *Store) tell(ctx context.Context, kind refusedKind, c refusedCount) error {
	e, logs, err := s.read(ctx).refusedEntry(kind, c)
	if err != nil {
		return err
	}
	if len(logs) == 0 {
		s.tellNobody(kind, c)
		return nil
	}
	if logs = s.withRoom(logs, kind, c); len(logs) == 0 {
		return nil
	}
	return s.write(ctx, "tell refused", func(u *unit) error { return u.record(logs, e) })
}

// tellNobody forgets tries at an address that is nobody's: the operator sees the number, and that is all.
func (s *Store) tellNobody(kind refusedKind, c refusedCount) {
	r := s.refusals
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.counts[kind]; now != nil && !now.waits {
		c.times += now.times
		r.forget(kind)
	}
	r.totals[kind.action] -= c.times
	r.totals[models.UnknownAddress] += c.times
}

// refusedEntry is the entry of a kind and in whose logs it belongs: none when there is no such account, or organization.
func (u *unit) refusedEntry(kind refusedKind, c refusedCount) (models.AuditEntry, []string, error) {
	e := c.last.Entry
	e.At, e.After = u.now, maps.Clone(e.After)
	switch {
	case kind == kind.widest():
		e.ActorID, e.ActorName, e.ActorEmail, e.IP, e.Reference, e.TargetType, e.TargetID, e.TargetName = "", "Several people", "", "", "", "", "", ""
		e.After = map[string]string{"reason": "too many to tell apart"}
	case kind == kind.wide() && c.last.Source+c.last.What != "":
		e.After = map[string]string{"reason": "too many addresses or pages to tell apart"}
	}
	if c.times > 1 {
		e.After["times"], e.After["since"] = strconv.Itoa(c.times), c.first.Format(time.RFC3339)
	}
	var user userRow
	var known bool
	var err error
	switch {
	case kind.log != "":
		known, err = u.found(&user, "SELECT o.id FROM organizations o WHERE o.id = ?", kind.log)
		if err != nil || !known {
			return e, nil, err
		}
		return e, []string{kind.log}, nil
	case kind.account == "":
		return e, []string{""}, nil
	case c.last.AccountID != "":
		known, err = u.found(&user, "SELECT u.id, u.name FROM users u WHERE u.id = ?", c.last.AccountID)
	default:
		known, err = u.found(&user, "SELECT u.id, u.name FROM users u WHERE u.email_norm = ?", kind.account)
	}
	if err != nil || !known {
		return e, nil, err
	}
	e.TargetType, e.TargetID, e.TargetName = "account", user.ID, user.Name
	logs, err := u.organizationsOf(user.ID)
	if len(logs) == 0 {
		logs = []string{""}
	}
	return e, logs, err
}

// withRoom leaves out the logs that took so many entries of refusals lately that the rest is only counted.
func (s *Store) withRoom(logs []string, kind refusedKind, c refusedCount) []string {
	if kind == kind.widest() {
		return logs
	}
	r, now := s.refusals, s.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.since) >= refusedWindow {
		r.since = now
		clear(r.written)
	}
	return slices.DeleteFunc(logs, func(log string) bool {
		if r.written[log]++; r.written[log] <= refusedEach {
			return false
		}
		s.count(refusedKind{log: log, action: kind.action}, c.last, c.times, now)
		return true
	})
}

// sumUpRefused tells what was counted in windows that are over; all of it, when the program ends.
func (s *Store) sumUpRefused(all bool) {
	r, now := s.refusals, s.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = r.closed || all
	for kind, c := range r.counts {
		switch {
		case !all && now.Sub(c.window) < refusedWindow:
		case c.times > 0:
			c.over = true
			s.tellSoon(kind, c)
		default:
			r.forget(kind)
		}
	}
}

// SettleRefused waits until everything that is to be told at once has been told.
func (s *Store) SettleRefused() {
	for {
		s.refusals.mu.Lock()
		working := s.refusals.working
		s.refusals.mu.Unlock()
		if working == nil {
			return
		}
		<-working
	}
}

// endRefused tells what is left, as long as the database answers.
func (s *Store) endRefused() {
	s.sumUpRefused(true)
	late := time.AfterFunc(refusedWait/2, s.refusals.stop)
	defer late.Stop()
	s.SettleRefused()
	s.refusals.stop()
}

// RefusedTotals are how often what was refused since the program started; of addresses without an account apart.
func (s *Store) RefusedTotals() []models.RefusedTally {
	s.refusals.mu.Lock()
	defer s.refusals.mu.Unlock()
	var all []models.RefusedTally
	for _, what := range slices.Sorted(maps.Keys(s.refusals.totals)) {
		all = append(all, models.RefusedTally{What: what, Times: s.refusals.totals[what]})
	}
	return all
}
