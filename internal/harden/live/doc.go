// Package live carries out the automatic steps of a [harden.Plan] in Azure, or in
// the sandbox, which it cannot tell apart.
//
// # Words
//
//   - work: what a run is to do, made from a plan ([NewWork]). It holds all that is
//     needed, so that another process can take it up without the plan.
//   - task: one step of the plan. Tasks are made in order; one that is stopped or
//     fails takes those with it that come after it in the plan, and no others.
//   - act: one request of a task, with what comes before and after it: a change of
//     a resource (PATCH, or PUT where the type has no PATCH), an addition (PUT), or
//     the call of a conversion, which is followed to its end.
//   - look: reading the resource as it is now. Every act looks before it writes. If
//     all is as wanted, nothing is written. If what matters is neither as it was
//     planned nor as it is wanted, somebody else has changed it: the task is stopped.
//   - reading: the values at the path of a setting, one for each place it leads to.
//   - journal: a SQLite file in which DBOS Transact keeps each run: its work, and
//     what every look, write, wait and check of it gave.
//   - run: the work of one command, in the journal. It is open until all its tasks
//     have been dealt with; an open run is taken up where it was, by [Apply].
//
// # What is never done
//
// Nothing is deleted and nothing is made anew: those steps of a plan are
// instructions for people. [Undo] puts values back; what was added stays, and the
// undoing says with which command it can be removed.
//
// # Once
//
// A write is journaled after it was made, so a process can die in between. Then
// the next one looks, and repeats the write only if looking shows that it was not
// made. A long-running operation is journaled as soon as Azure has accepted it, and
// is followed rather than begun again.
package live
