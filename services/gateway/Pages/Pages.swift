enum Pages { static let app = PackageResources.app_js }
