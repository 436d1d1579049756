// Package live reads the estate of Azure Machine Learning workspaces from Azure,
// or from the sandbox, as it is at this moment.
//
// Words: a [Scope] is where to look: a workspace, a resource group, a
// subscription, or everything the login sees. The roots are what is of Azure
// Machine Learning in the scopes; everything they lean on is followed outward,
// into whatever group or subscription it lies, until nothing new is named. A
// round is one step outward. A list is a question that only Azure Resource
// Manager (ARM) answers, such as the computes of a workspace; which lists there
// are stands in lists.json. All else comes from Resource Graph.
//
// What may not be read, fails, or is gone by the time it is asked for, stands in
// the estate's NotSeen with the reason and what to do. In the place of the
// children that a failed list would have given stands a resource in braces whose
// presence is not known, so that every check over them answers unknown. A list
// that was read whole is noted in the resource's Listed.
//
// Secrets that stand in bodies are masked as they come in.
package live
