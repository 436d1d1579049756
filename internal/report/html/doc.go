// Package html writes results as one page of HTML that needs nothing else: no
// network, no other file. Its style and script stand in the page, and a content
// security policy allows exactly these two.
//
// The page answers in this order: what is lost when; the estate as a picture, in
// which the chosen outage marks what falls; who must keep what up; what to do;
// what was not seen; how the page was made. Without its script all of that can
// be read; the script adds choosing, filtering and keys.
//
// Words: a picture is the map of one workspace, made of boxes (one resource, or
// several of one service) and arrows (one leans on the other).
package html
