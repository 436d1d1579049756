// Package providers puts together the resource providers of the sandbox: all
// types but those of Azure Machine Learning and of Azure Resource Manager itself.
// Each package below it is one service or a few that belong together; its types
// are data, and what data cannot say are hooks.
package providers
