package parts

import (
	"context"
	"io"
)

// Icon is one drawing of the Lucide set (ISC licence, some of them MIT; the text stands in static/vendor/lucide). It is a component: write @parts.IconSearch.
// An icon is decoration, hidden from assistive technology; the words beside it say what it means. The zero Icon draws nothing.
type Icon uint8

// The icons in use; add one here when a page needs it.
const (
	_ Icon = iota
	IconOverview
	IconApp
	IconMembers
	IconTeams
	IconRoles
	IconSecurity
	IconKey
	IconAudit
	IconSearch
	IconChevronRight
	IconChevronLeft
	IconChevronDown
	IconSwitch
	IconSidebar
	IconMore
	IconAccount
	IconSignOut
	IconLight
	IconDark
	IconSystem
	IconClose
	IconCheck
	IconCopy
	IconOK
	IconAlert
	IconWarning
	IconInfo
	IconUp
	IconDown
	IconPlus
	IconInvite
	IconDelete
	IconLock
	IconOrganization
	IconCollaborations
	IconFingerprint
	IconEdit
	IconPower
	IconEmpty
	IconNo
	IconBack
	IconLink
	IconMail
	IconArrow
	IconClock
	IconSettings
	IconModel
	IconWorkflow
	IconModule
	IconInstalled
)

// Render writes the icon as inline SVG.
func (i Icon) Render(_ context.Context, w io.Writer) error {
	if i == 0 || int(i) >= len(iconBodies) {
		return nil
	}
	_, err := io.WriteString(w, iconOpen+iconBodies[i]+"</svg>")
	return err
}

const iconOpen = `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">`

var iconBodies = [...]string{
	IconOverview:       `<rect width="7" height="9" x="3" y="3" rx="1"/><rect width="7" height="5" x="14" y="3" rx="1"/><rect width="7" height="9" x="14" y="12" rx="1"/><rect width="7" height="5" x="3" y="16" rx="1"/>`,                                                                                                                                                                             // layout-dashboard
	IconApp:            `<path d="M21 8a2 2 0 0 0-1-1.73l-7-4a2 2 0 0 0-2 0l-7 4A2 2 0 0 0 3 8v8a2 2 0 0 0 1 1.73l7 4a2 2 0 0 0 2 0l7-4A2 2 0 0 0 21 16Z"/><path d="m3.3 7 8.7 5 8.7-5"/><path d="M12 22V12"/>`,                                                                                                                                                                                        // box
	IconMembers:        `<path d="M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2"/><path d="M16 3.128a4 4 0 0 1 0 7.744"/><path d="M22 21v-2a4 4 0 0 0-3-3.87"/><circle cx="9" cy="7" r="4"/>`,                                                                                                                                                                                                              // users
	IconTeams:          `<rect x="16" y="16" width="6" height="6" rx="1"/><rect x="2" y="16" width="6" height="6" rx="1"/><rect x="9" y="2" width="6" height="6" rx="1"/><path d="M5 16v-3a1 1 0 0 1 1-1h12a1 1 0 0 1 1 1v3"/><path d="M12 12V8"/>`,                                                                                                                                                    // network
	IconRoles:          `<path d="M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1z"/><path d="m9 12 2 2 4-4"/>`,                                                                                                                                                                      // shield-check
	IconSecurity:       `<path d="M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1z"/>`,                                                                                                                                                                                               // shield
	IconKey:            `<path d="M2.586 17.414A2 2 0 0 0 2 18.828V21a1 1 0 0 0 1 1h3a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h1a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h.172a2 2 0 0 0 1.414-.586l.814-.814a6.5 6.5 0 1 0-4-4z"/><circle cx="16.5" cy="7.5" r=".5" fill="currentColor"/>`,                                                                                                                                // key-round
	IconAudit:          `<path d="M15 12h-5"/><path d="M15 8h-5"/><path d="M19 17V5a2 2 0 0 0-2-2H4"/><path d="M8 21h12a2 2 0 0 0 2-2v-1a1 1 0 0 0-1-1H11a1 1 0 0 0-1 1v1a2 2 0 1 1-4 0V5a2 2 0 1 0-4 0v2a1 1 0 0 0 1 1h3"/>`,                                                                                                                                                                          // scroll-text
	IconSearch:         `<path d="m21 21-4.34-4.34"/><circle cx="11" cy="11" r="8"/>`,                                                                                                                                                                                                                                                                                                                  // search
	IconChevronRight:   `<path d="m9 18 6-6-6-6"/>`,                                                                                                                                                                                                                                                                                                                                                    // chevron-right
	IconChevronLeft:    `<path d="m15 18-6-6 6-6"/>`,                                                                                                                                                                                                                                                                                                                                                   // chevron-left
	IconChevronDown:    `<path d="m6 9 6 6 6-6"/>`,                                                                                                                                                                                                                                                                                                                                                     // chevron-down
	IconSwitch:         `<path d="m7 15 5 5 5-5"/><path d="m7 9 5-5 5 5"/>`,                                                                                                                                                                                                                                                                                                                            // chevrons-up-down
	IconSidebar:        `<rect width="18" height="18" x="3" y="3" rx="2"/><path d="M9 3v18"/>`,                                                                                                                                                                                                                                                                                                         // panel-left
	IconMore:           `<circle cx="12" cy="12" r="1"/><circle cx="19" cy="12" r="1"/><circle cx="5" cy="12" r="1"/>`,                                                                                                                                                                                                                                                                                 // ellipsis
	IconAccount:        `<path d="M17.925 20.056a6 6 0 0 0-11.851.001"/><circle cx="12" cy="11" r="4"/><circle cx="12" cy="12" r="10"/>`,                                                                                                                                                                                                                                                               // circle-user-round
	IconSignOut:        `<path d="m16 17 5-5-5-5"/><path d="M21 12H9"/><path d="M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4"/>`,                                                                                                                                                                                                                                                                            // log-out
	IconLight:          `<circle cx="12" cy="12" r="4"/><path d="M12 2v2"/><path d="M12 20v2"/><path d="m4.93 4.93 1.41 1.41"/><path d="m17.66 17.66 1.41 1.41"/><path d="M2 12h2"/><path d="M20 12h2"/><path d="m6.34 17.66-1.41 1.41"/><path d="m19.07 4.93-1.41 1.41"/>`,                                                                                                                            // sun
	IconDark:           `<path d="M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215.825-.004.803.401"/>`,                                                                                                                                                                                                                                                   // moon
	IconSystem:         `<rect width="20" height="14" x="2" y="3" rx="2"/><line x1="8" x2="16" y1="21" y2="21"/><line x1="12" x2="12" y1="17" y2="21"/>`,                                                                                                                                                                                                                                               // monitor
	IconClose:          `<path d="M18 6 6 18"/><path d="m6 6 12 12"/>`,                                                                                                                                                                                                                                                                                                                                 // x
	IconCheck:          `<path d="M20 6 9 17l-5-5"/>`,                                                                                                                                                                                                                                                                                                                                                  // check
	IconCopy:           `<rect width="14" height="14" x="8" y="8" rx="2" ry="2"/><path d="M4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2"/>`,                                                                                                                                                                                                                                                  // copy
	IconOK:             `<circle cx="12" cy="12" r="10"/><path d="m16 9-5.5 5.5L8 12"/>`,                                                                                                                                                                                                                                                                                                               // circle-check
	IconAlert:          `<circle cx="12" cy="12" r="10"/><line x1="12" x2="12" y1="8" y2="12"/><line x1="12" x2="12.01" y1="16" y2="16"/>`,                                                                                                                                                                                                                                                             // circle-alert
	IconWarning:        `<path d="m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3"/><path d="M12 9v4"/><path d="M12 17h.01"/>`,                                                                                                                                                                                                                                                // triangle-alert
	IconInfo:           `<circle cx="12" cy="12" r="10"/><path d="M12 16v-4"/><path d="M12 8h.01"/>`,                                                                                                                                                                                                                                                                                                   // info
	IconUp:             `<path d="m5 12 7-7 7 7"/><path d="M12 19V5"/>`,                                                                                                                                                                                                                                                                                                                                // arrow-up
	IconDown:           `<path d="M12 5v14"/><path d="m19 12-7 7-7-7"/>`,                                                                                                                                                                                                                                                                                                                               // arrow-down
	IconPlus:           `<path d="M5 12h14"/><path d="M12 5v14"/>`,                                                                                                                                                                                                                                                                                                                                     // plus
	IconInvite:         `<path d="M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2"/><circle cx="9" cy="7" r="4"/><line x1="19" x2="19" y1="8" y2="14"/><line x1="22" x2="16" y1="11" y2="11"/>`,                                                                                                                                                                                                              // user-plus
	IconDelete:         `<path d="M10 11v6"/><path d="M14 11v6"/><path d="M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6"/><path d="M3 6h18"/><path d="M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2"/>`,                                                                                                                                                                                                            // trash-2
	IconLock:           `<rect width="18" height="11" x="3" y="11" rx="2" ry="2"/><path d="M7 11V7a5 5 0 0 1 10 0v4"/>`,                                                                                                                                                                                                                                                                                // lock
	IconOrganization:   `<path d="M10 12h4"/><path d="M10 8h4"/><path d="M14 21v-3a2 2 0 0 0-4 0v3"/><path d="M6 10H4a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V9a2 2 0 0 0-2-2h-2"/><path d="M6 21V5a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v16"/>`,                                                                                                                                                        // building-2
	IconCollaborations: `<path d="m11 17 2 2a1 1 0 1 0 3-3"/><path d="m14 14 2.5 2.5a1 1 0 1 0 3-3l-3.88-3.88a3 3 0 0 0-4.24 0l-.88.88a1 1 0 1 1-3-3l2.81-2.81a5.79 5.79 0 0 1 7.06-.87l.47.28a2 2 0 0 0 1.42.25L21 4"/><path d="m21 3 1 11h-2"/><path d="M3 3 2 14l6.5 6.5a1 1 0 1 0 3-3"/><path d="M3 4h8"/>`,                                                                                        // handshake
	IconFingerprint:    `<path d="M12 10a2 2 0 0 0-2 2c0 1.02-.1 2.51-.26 4"/><path d="M14 13.12c0 2.38 0 6.38-1 8.88"/><path d="M17.29 21.02c.12-.6.43-2.3.5-3.02"/><path d="M2 12a10 10 0 0 1 18-6"/><path d="M2 16h.01"/><path d="M21.8 16c.2-2 .131-5.354 0-6"/><path d="M5 19.5C5.5 18 6 15 6 12a6 6 0 0 1 .34-2"/><path d="M8.65 22c.21-.66.45-1.32.57-2"/><path d="M9 6.8a6 6 0 0 1 9 5.2v2"/>`, // fingerprint
	IconEdit:           `<path d="M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 .623.622l4.353-1.32a2 2 0 0 0 .83-.497z"/><path d="m15 5 4 4"/>`,                                                                                                                                                                                                            // pencil
	IconPower:          `<path d="M12 2v10"/><path d="M18.4 6.6a9 9 0 1 1-12.77.04"/>`,                                                                                                                                                                                                                                                                                                                 // power
	IconEmpty:          `<polyline points="22 12 16 12 14 15 10 15 8 12 2 12"/><path d="M5.45 5.11 2 12v6a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-6l-3.45-6.89A2 2 0 0 0 16.76 4H7.24a2 2 0 0 0-1.79 1.11z"/>`,                                                                                                                                                                                                 // inbox
	IconNo:             `<path d="M5 12h14"/>`,                                                                                                                                                                                                                                                                                                                                                         // minus
	IconBack:           `<path d="m12 19-7-7 7-7"/><path d="M19 12H5"/>`,                                                                                                                                                                                                                                                                                                                               // arrow-left
	IconLink:           `<path d="M10 13a5 5 0 0 0 7.54.54l3-3a5 5 0 0 0-7.07-7.07l-1.72 1.71"/><path d="M14 11a5 5 0 0 0-7.54-.54l-3 3a5 5 0 0 0 7.07 7.07l1.71-1.71"/>`,                                                                                                                                                                                                                              // link
	IconMail:           `<path d="m22 7-8.991 5.727a2 2 0 0 1-2.009 0L2 7"/><rect x="2" y="4" width="20" height="16" rx="2"/>`,                                                                                                                                                                                                                                                                         // mail
	IconArrow:          `<path d="M5 12h14"/><path d="m12 5 7 7-7 7"/>`,                                                                                                                                                                                                                                                                                                                                // arrow-right
	IconClock:          `<circle cx="12" cy="12" r="10"/><path d="M12 6v6l4 2"/>`,                                                                                                                                                                                                                                                                                                                      // clock
	IconSettings:       `<path d="M14 17H5"/><path d="M19 7h-9"/><circle cx="17" cy="17" r="3"/><circle cx="7" cy="7" r="3"/>`,                                                                                                                                                                                                                                                                         // settings-2

	// What is in an app, apart from the others so that the long drawing does not move them all.
	IconModel:     `<rect width="16" height="16" x="4" y="4" rx="2"/><rect width="6" height="6" x="9" y="9" rx="1"/><path d="M15 2v2"/><path d="M15 20v2"/><path d="M2 15h2"/><path d="M2 9h2"/><path d="M20 15h2"/><path d="M20 9h2"/><path d="M9 2v2"/><path d="M9 20v2"/>`,                                                                                                                                                                                                                                  // cpu
	IconWorkflow:  `<rect width="8" height="8" x="3" y="3" rx="2"/><path d="M7 11v4a2 2 0 0 0 2 2h4"/><rect width="8" height="8" x="13" y="13" rx="2"/>`,                                                                                                                                                                                                                                                                                                                                                       // workflow
	IconModule:    `<path d="M15.39 4.39a1 1 0 0 0 1.68-.474 2.5 2.5 0 1 1 3.014 3.015 1 1 0 0 0-.474 1.68l1.683 1.682a2.414 2.414 0 0 1 0 3.414L19.61 15.39a1 1 0 0 1-1.68-.474 2.5 2.5 0 1 0-3.014 3.015 1 1 0 0 1 .474 1.68l-1.683 1.682a2.414 2.414 0 0 1-3.414 0L8.61 19.61a1 1 0 0 0-1.68.474 2.5 2.5 0 1 1-3.014-3.015 1 1 0 0 0 .474-1.68l-1.683-1.682a2.414 2.414 0 0 1 0-3.414L4.39 8.61a1 1 0 0 1 1.68.474 2.5 2.5 0 1 0 3.014-3.015 1 1 0 0 1-.474-1.68l1.683-1.682a2.414 2.414 0 0 1 3.414 0z"/>`, // puzzle
	IconInstalled: `<path d="M12 22v-5"/><path d="M9 8V2"/><path d="M15 8V2"/><path d="M18 8v5a4 4 0 0 1-4 4h-4a4 4 0 0 1-4-4V8Z"/>`,                                                                                                                                                                                                                                                                                                                                                                           // plug
}
