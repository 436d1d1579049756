// Package template reads ARM templates and expands them: from a template and its
// parameters to the resources that a deployment would ask for, without Azure.
//
// Vocabulary:
//
//   - template: the JSON object with $schema, parameters, variables, functions,
//     resources and outputs; [Parse] compiles one, [Template.Expand] may then be
//     called any number of times, from several goroutines.
//   - deployment: one expansion of one template at a target scope. The root
//     deployment is the file itself; a resource of type
//     Microsoft.Resources/deployments is a child deployment.
//   - declaration: a resource as written; with a copy loop it stands for many
//     instances, without for one.
//   - scope facts: subscription, resource group, location and so on of a
//     deployment. A fact that nobody supplied is symbolic: an unknown value whose
//     expression is the function that would give it.
//   - body: what would be sent to Azure for an instance, evaluated as far as it
//     can be known; the rest are unknown values that remember their expression.
//   - presence: whether an instance will be deployed: yes, or maybe with the
//     condition that decides. What will not be is in a list of its own.
//   - reference: the state of another resource, asked for by an expression. It is
//     answered from the body of the resource where that holds the answer.
//   - run: an expansion on its way through a real deployment, with the state of
//     the world at hand: see [Run] and [Live].
//
// One bad expression makes one value unknown and gives one [Diagnostic]; the
// expansion goes on. Work and memory are bounded by [Limits], so that a hostile
// template ends in an error.
package template
