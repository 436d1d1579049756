// Package eval evaluates expressions of the ARM template language: every function with the semantics of the service,
// and a result also where a value is known only after deployment.
//
// Vocabulary:
//
//   - A [Machine] evaluates linked expressions (see [Parse]) in a [Scope], which knows the names a template declares.
//     [Single] is a ready scope for expressions outside of a template.
//   - [Facts] are what is known of the place a template is deployed to. One that nobody supplied is symbolic.
//   - An unknown is a value that only the deployment can tell. It keeps its residual: the expression that would give
//     it, evaluated as far as possible. See package value.
//   - A choice is the result of if() with an unknown condition. Functions are evaluated for both of its cases, so that
//     length(if(U, 'ab', 'cd')) is 2. A case that fails does not occur in a template that can be deployed, and is
//     left out; this is also how and(), or() and coalesce() treat what an unknown may keep from being evaluated.
//   - The parts of an unknown string are its known pieces and the holes between them. Ids that are built in different
//     ways have the same parts.
//   - A [Budget] bounds the work and the size of what is produced; running out of it is an error with Limit set.
//
// Secrets are contagious: what is computed of one is one, but for its length, whether it is empty, and whether it
// equals something. Messages never show them.
//
// # Choices where the service's behaviour is not confirmed
//
// The specification marks these as unverified. The package does the following:
//
//   - dateTimeAdd without a format gives yyyy-MM-ddTHH:mm:ssZ for an input of that form and .NET's general form
//     (4/7/2023 2:53:14 PM) for any other. Dates without a zone are UTC. utcNow's own form can be read, too.
//   - dateTimeToEpoch() and dateTimeFromEpoch() without an argument give the time of the deployment.
//   - string(null()) is the empty string, string of a float the shortest decimal form without exponent where possible.
//   - int() rounds floats half to even and refuses strings with a fraction. bool() takes 'true' and 'false' in any
//     case and any integer.
//   - equals(1, 1.0) is false; keys of objects compare without case.
//   - union passes over null arguments; null in a later object replaces an earlier member; keys match without case, the
//     first spelling stays. intersection compares members as a whole, not deeply.
//   - Of equal keys in createObject and toObject the last value counts, at the place of the first.
//   - json of a blank text is null. json reads comments, single quotes, unquoted keys and trailing commas, as Newtonsoft's reader.
//   - Strings are ordered by letters without case, then lower case before upper; other characters by code point.
//     sort is stable.
//   - lastIndexOf of the empty string is the last index, as the service of 2021 answered. padLeft takes width 0.
//   - parseUri gives port null when there is none, and leaves out path and query when they are empty; query keeps its
//     question mark. like knows '*' only.
//   - cidr functions clear the bits of a host; an index beyond the range is an error; ranges of one or two addresses use all
//     of them.
//   - managementGroup() is an error at tenant scope only; elsewhere it is symbolic unless supplied.
//   - dataUri writes charset=utf-8.
//   - tryGet with a key of the wrong kind is an error.
//   - In a lambda that sorts or filters, the first unknown answer makes the whole result unknown.
//   - uri takes a reference that cannot be parsed as a path.
package eval
